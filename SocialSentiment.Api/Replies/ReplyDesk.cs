using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using SocialSentiment.Api.Models;
using SocialSentiment.Contracts.Replies;

namespace SocialSentiment.Api.Replies;

/// <summary>Takes orders.</summary>
internal sealed class ReplyDesk(ReplyStore store, ReplyDispatcher dispatcher, ReplyStream stream, WorkerRoster roster, ReplyMetrics metrics, IOptions<RepliesOptions> options)
{
    public async Task<Results<Accepted<ReplyJobResponse>, Ok<ReplyJobResponse>, ProblemHttpResult>> TakeAsync(
        HttpContext context, NewReplyOrder order, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (ReplyRules.Refuse(order.Model, roster) is { } refusal)
        {
            return TypedResults.Problem(refusal.Detail, statusCode: refusal.Status);
        }

        var (id, isNew, waiting) = await store.OrderAsync(order, options.Value.MaxWaiting, cancellationToken);
        metrics.Ordered(id is null ? "refused" : isNew ? "new" : "joined");
        if (id is not { } job)
        {
            return TooMany(context, waiting);
        }

        if (isNew)
        {
            dispatcher.Wake();
        }

        return await stream.WaitAsync(job, patience, cancellationToken) switch
        {
            null => TypedResults.Problem("The post was deleted meanwhile.", statusCode: StatusCodes.Status410Gone),
            { State: >= ReplyJobState.Done } done when patience > TimeSpan.Zero => TypedResults.Ok(done),
            var open => TypedResults.Accepted($"/replies/jobs/{job}", open),
        };
    }

    private ProblemHttpResult TooMany(HttpContext context, long waiting)
    {
        // When half of them will be done, if nobody helps the one worker that there is at least.
        var workers = Math.Max(1, roster.Workers.Count);
        var seconds = Math.Clamp((int)Math.Ceiling(waiting * metrics.Recent.TotalSeconds / workers / 2), 1, 60);
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem(
            $"{waiting} jobs are waiting already, and yours would be the next. Try again in {seconds} s.",
            statusCode: StatusCodes.Status429TooManyRequests,
            title: "Too many jobs",
            extensions: new Dictionary<string, object?> { ["waiting"] = waiting });
    }
}
