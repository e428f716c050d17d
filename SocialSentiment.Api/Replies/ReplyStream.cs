using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Replies;

namespace SocialSentiment.Api.Replies;

/// <summary>Follows an order to its end: for those who wait for it, and for those who want to see it being written.</summary>
internal sealed class ReplyStream(ReplyStore store, ReplyBoard board, TimeProvider time)
{
    /// <summary>A word over the broker may be lost, and places in the queue are told by nobody.</summary>
    private static readonly TimeSpan s_lookInterval = TimeSpan.FromSeconds(2);

    /// <summary>The order when it is over, or as it stands when the time is up; null if there is none.</summary>
    public async Task<ReplyJobResponse?> WaitAsync(Guid order, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var watching = board.Watch(order);
        var started = time.GetTimestamp();
        for (var turns = watching.Look().Turns; ;)
        {
            var job = await store.FindAsync(order, cancellationToken);
            var left = patience - time.GetElapsedTime(started);
            if (job is null or { State: >= ReplyJobState.Done } || left <= TimeSpan.Zero)
            {
                return job;
            }

            turns = await FollowAsync(watching, turns, left < s_lookInterval ? left : s_lookInterval, show: null, cancellationToken);
        }
    }

    /// <summary>Server-sent events: <c>job</c> as it stands, <c>writing</c> with every token, and <c>done</c> or <c>cancelled</c> at last.</summary>
    public async Task WriteAsync(HttpContext context, ReplyJobResponse job, CancellationToken end)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        using var watching = board.Watch(job.Id);
        ReplyJobResponse? shown = null;
        ReplyProgress? shownProgress = null;
        for (var turns = watching.Look().Turns; ;)
        {
            if (await store.FindAsync(job.Id, end) is not { } current)
            {
                // Its post is gone, and it is gone with it.
                await WriteAsync(context, "cancelled", job with { State = ReplyJobState.Cancelled, Position = null }, ContractsJson.Default.ReplyJobResponse, end);
                return;
            }

            if (current.State >= ReplyJobState.Done)
            {
                await WriteAsync(context, current.State == ReplyJobState.Done ? "done" : "cancelled", current, ContractsJson.Default.ReplyJobResponse, end);
                return;
            }

            if (shown?.State != current.State || shown.Position != current.Position)
            {
                await WriteAsync(context, "job", current, ContractsJson.Default.ReplyJobResponse, end);
                shown = current;
            }
            else
            {
                await context.Response.WriteAsync(":\n\n", end);
                await context.Response.Body.FlushAsync(end);
            }

            turns = await FollowAsync(watching, turns, s_lookInterval, ShowAsync, end);
        }

        async Task ShowAsync(ReplyProgress progress)
        {
            if (progress != shownProgress)
            {
                await WriteAsync(context, "writing", progress, ContractsJson.Default.ReplyProgress, end);
                shownProgress = progress;
            }
        }
    }

    /// <summary>Shows what is being written until the order may be over, or for a while.</summary>
    /// <returns>How often the order may have been over by now.</returns>
    private async Task<int> FollowAsync(ReplyBoard.Watching watching, int turns, TimeSpan most, Func<ReplyProgress, Task>? show, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var (progress, changed, turnsNow) = watching.Look();
            if (show is not null && progress is not null)
            {
                await show(progress);
            }

            var left = most - time.GetElapsedTime(started);
            if (turnsNow != turns || left <= TimeSpan.Zero)
            {
                return turnsNow;
            }

            try
            {
                await changed.WaitAsync(left, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // Then it is time for a look.
            }
        }
    }

    private static async Task WriteAsync<T>(HttpContext context, string name, T data, JsonTypeInfo<T> type, CancellationToken end)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"event: {name}\ndata: {JsonSerializer.Serialize(data, type)}\n\n"), end);
        await context.Response.Body.FlushAsync(end);
    }
}
