using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using SocialSentiment.Api.Http;
using SocialSentiment.Api.Keys;
using SocialSentiment.Api.Posts;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.ServiceDefaults.Http;

namespace SocialSentiment.Api.Replies;

/// <summary>Drafts of replies: ordering them, following how they are written, deciding about them. A person sends; nothing here does.</summary>
internal static class RepliesApi
{
    private const int MostWait = 60;

    public static void MapReplies(this IEndpointRouteBuilder endpoints)
    {
        var post = endpoints.MapGroup("/posts/{id:guid}/replies").WithTags("Replies");

        post.MapPost("", OrderAsync)
            .WithName("OrderReplies")
            .WithSummary("Orders drafts of a reply to a post. They are there a moment later.")
            .WithDescription("The answer is a job: GET /replies/jobs/{id} follows it, its events show the drafts being written, and `wait` has this answer wait for them. A post has one open job for each tone; whoever asks for a second joins the first, whatever else it asks for. 429: too many jobs are open; `waiting` says how many. Without a body everything has its default.")
            .Accepts<RepliesRequest>(isOptional: true, "application/json")
            .ProducesOrderProblems()
            .ProducesProblem(StatusCodes.Status410Gone);

        post.MapGet("", ListAsync)
            .WithName("ListReplies")
            .WithSummary("Everything that was drafted in reply to a post, the newest job first and its best draft first.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status410Gone);

        post.MapPost("/{reply:guid}/accept", (Guid id, Guid reply, ReplyStore store, CancellationToken cancellationToken) => DecideAsync(id, reply, ReplyDecision.Accepted, store, cancellationToken))
            .WithName("AcceptReply")
            .WithSummary("Notes that somebody takes a draft as it is. It is kept to judge the models by; nothing is sent.")
            .ProducesProblem(StatusCodes.Status404NotFound);

        post.MapPost("/{reply:guid}/edit", EditAsync)
            .WithName("EditReply")
            .WithSummary("Notes what somebody made of a draft. The draft itself stays as it was.")
            .Accepts<EditReplyRequest>("application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

        post.MapPost("/{reply:guid}/reject", (Guid id, Guid reply, ReplyStore store, CancellationToken cancellationToken) => DecideAsync(id, reply, ReplyDecision.Rejected, store, cancellationToken))
            .WithName("RejectReply")
            .WithSummary("Notes that nobody wants a draft.")
            .ProducesProblem(StatusCodes.Status404NotFound);

        var replies = endpoints.MapGroup("/replies").WithTags("Replies");

        replies.MapPost("/preview", PreviewAsync)
            .WithName("PreviewReplies")
            .WithSummary("Orders drafts of a reply to a text that is no stored post; they are kept for a day.")
            .Accepts<ReplyPreviewRequest>("application/json")
            .ProducesOrderProblems();

        replies.MapGet("/jobs/{id:guid}", GetAsync)
            .WithName("GetReplyJob")
            .WithSummary("A job with its drafts, or how many are before it.")
            .ProducesProblem(StatusCodes.Status404NotFound);

        replies.MapGet("/jobs/{id:guid}/events", FollowAsync)
            .WithName("ReplyJobEvents")
            .WithSummary("A job as it is carried out, as server-sent events.")
            .WithDescription("`job` is the job as it stands, again when its place in the queue changes; `writing` comes with every token and holds all that is written so far (a ReplyProgress: what an earlier run wrote is void, null stands for a draft that was withdrawn); `done` or `cancelled` is the last one, with the job. Lines that begin with a colon are heartbeats. Who comes back late gets `done` at once.")
            .Produces<ReplyProgress>(StatusCodes.Status200OK, "text/event-stream")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .DisableHttpMetrics();

        replies.MapPost("/jobs/{id:guid}/cancel", CancelAsync)
            .WithName("CancelReplyJob")
            .WithSummary("Calls a job off: whoever is writing stops at once. A job that is over stays as it is.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static RouteHandlerBuilder ProducesOrderProblems(this RouteHandlerBuilder endpoint)
        => endpoint
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);

    private static async Task<Results<Accepted<ReplyJobResponse>, Ok<ReplyJobResponse>, ProblemHttpResult>> OrderAsync(
        Guid id,
        HttpContext context,
        PostReader posts,
        ReplyDesk desk,
        CancellationToken cancellationToken,
        [FromQuery, Description("Seconds to wait for the drafts, 0 to 60: 200 with the drafts if they are there by then, else 202.")] string? wait = null)
    {
        // curl -X POST without anything else is all it takes.
        var (request, problem) = context.Request.ContentLength is null or 0 && context.Request.ContentType is null
            ? (new RepliesRequest(), null)
            : await JsonBody.ReadAsync(context, ContractsJson.Default.RepliesRequest);
        if (request is null)
        {
            return problem!;
        }

        var validation = new Validation();
        var patience = QueryText.Number(wait, "wait", byDefault: 0, least: 0, most: MostWait, validation);
        var order = ReplyRules.Check(request.Tone, request.Count, request.Model, request.Seed, validation);
        if (validation.Failed)
        {
            return validation.ToProblem();
        }

        return await posts.FindAsync(id, cancellationToken) is { } post
            ? await desk.TakeAsync(context, order with { PostId = id, Revision = post.Revision }, TimeSpan.FromSeconds(patience), cancellationToken)
            : await MissingAsync(id, posts, cancellationToken);
    }

    private static async Task<Results<Accepted<ReplyJobResponse>, Ok<ReplyJobResponse>, ProblemHttpResult>> PreviewAsync(
        HttpContext context,
        ReplyDesk desk,
        CancellationToken cancellationToken,
        [FromQuery, Description("Seconds to wait for the drafts, 0 to 60: 200 with the drafts if they are there by then, else 202.")] string? wait = null)
    {
        var (request, problem) = await JsonBody.ReadAsync(context, ContractsJson.Default.ReplyPreviewRequest);
        if (request is null)
        {
            return problem!;
        }

        var validation = new Validation();
        var patience = QueryText.Number(wait, "wait", byDefault: 0, least: 0, most: MostWait, validation);
        var text = TextRules.Check(request.Text, "text", validation);
        var order = ReplyRules.Check(request.Tone, request.Count, request.Model, request.Seed, validation);
        return validation.Failed
            ? validation.ToProblem()
            : await desk.TakeAsync(context, order with { Text = text }, TimeSpan.FromSeconds(patience), cancellationToken);
    }

    private static async Task<Results<Ok<PostRepliesResponse>, ProblemHttpResult>> ListAsync(Guid id, PostReader posts, ReplyStore store, CancellationToken cancellationToken)
        => await posts.FindAsync(id, cancellationToken) is not null
            ? TypedResults.Ok(await store.OfPostAsync(id, cancellationToken))
            : await MissingAsync(id, posts, cancellationToken);

    private static async Task<Results<Ok<ReplyJobResponse>, ProblemHttpResult>> GetAsync(Guid id, ReplyStore store, CancellationToken cancellationToken)
        => await store.FindAsync(id, cancellationToken) is { } job ? TypedResults.Ok(job) : NoSuchJob();

    private static async Task<IResult> FollowAsync(Guid id, HttpContext context, ReplyStore store, ReplyStream stream, IHostApplicationLifetime lifetime)
    {
        if (await store.FindAsync(id, context.RequestAborted) is not { } job)
        {
            return NoSuchJob();
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, Caller.Of(context)?.Ended ?? default);
        try
        {
            await stream.WriteAsync(context, job, end.Token);
        }
        catch (Exception error) when (error is OperationCanceledException || Data.DatabaseErrors.IsTransient(error))
        {
            // The listener has left, the service stops, or the database is away: who comes back sees how things stand.
        }

        return Results.Empty;
    }

    private static async Task<Results<Ok<ReplyJobResponse>, ProblemHttpResult>> CancelAsync(Guid id, ReplyStore store, CancellationToken cancellationToken)
    {
        await store.CancelAsync(id, cancellationToken);
        return await GetAsync(id, store, cancellationToken);
    }

    private static async Task<Results<Ok<ReplyDraft>, ProblemHttpResult>> EditAsync(Guid id, Guid reply, HttpContext context, ReplyStore store, CancellationToken cancellationToken)
    {
        var (request, problem) = await JsonBody.ReadAsync(context, ContractsJson.Default.EditReplyRequest);
        if (request is null)
        {
            return problem!;
        }

        var validation = new Validation();
        var text = ReplyRules.CheckEdited(request.Text, validation);
        return validation.Failed
            ? validation.ToProblem()
            : Decided(await store.DecideAsync(id, reply, ReplyDecision.Edited, text, cancellationToken));
    }

    private static async Task<Results<Ok<ReplyDraft>, ProblemHttpResult>> DecideAsync(Guid post, Guid reply, ReplyDecision decision, ReplyStore store, CancellationToken cancellationToken)
        => Decided(await store.DecideAsync(post, reply, decision, editedText: null, cancellationToken));

    private static Results<Ok<ReplyDraft>, ProblemHttpResult> Decided(ReplyDraft? draft)
        => draft is not null
            ? TypedResults.Ok(draft)
            : TypedResults.Problem("There is no such draft for this post.", statusCode: StatusCodes.Status404NotFound);

    private static async Task<ProblemHttpResult> MissingAsync(Guid id, PostReader posts, CancellationToken cancellationToken)
        => await posts.WasDeletedAsync(id, cancellationToken)
            ? TypedResults.Problem("The post was deleted.", statusCode: StatusCodes.Status410Gone)
            : TypedResults.Problem("There is no such post.", statusCode: StatusCodes.Status404NotFound);

    private static ProblemHttpResult NoSuchJob() => TypedResults.Problem("There is no such job, or it was a preview and is too long ago.", statusCode: StatusCodes.Status404NotFound);
}
