using System.Globalization;
using System.Text;
using System.Text.Json;
using SocialSentiment.Api.Failsafe;
using SocialSentiment.Api.Http;
using SocialSentiment.Api.Keys;
using SocialSentiment.Api.Posts;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Events;
using SocialSentiment.ServiceDefaults.Http;

namespace SocialSentiment.Api.Events;

/// <summary>
/// The live feed as server-sent events. Each listener reads the log at its own pace: a slow one holds up nobody, and misses
/// nothing either.
/// </summary>
internal static class EventsApi
{
    private const string ResumeHeader = "Last-Event-ID";
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(15);

    public static void MapEvents(this IEndpointRouteBuilder endpoints)
        => endpoints.MapGet("/events", ListenAsync)
            .WithName("Events")
            .WithTags("Events")
            .WithSummary("What happens to posts, live, as server-sent events.")
            .WithDescription(
                "First comes an event `hello` with the number after which this listener's events begin: the newest one, or the one that it named. A listener that names the last event it saw (header Last-Event-ID, as browsers do by themselves, or last_event_id) gets everything since; when that is no longer known it gets `reset` and should read the posts anew. Lines that begin with a colon are heartbeats. Events are created, provisional, labelled, dead, edited, replayed, replied and deleted; their data is a PostEvent. An event `failsafe`, without a number, tells of a change of a circuit breaker as it happens; its data is a FailsafeTransition.")
            .Produces<PostEvent>(StatusCodes.Status200OK, "text/event-stream")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .DisableHttpMetrics();

    private static async Task<IResult> ListenAsync([AsParameters] EventQuery query, HttpContext context, EventFeed feed, Replicas replicas, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        var validation = new Validation();
        var filter = query.Parse(context.Request.Headers[ResumeHeader], validation);
        if (validation.Failed)
        {
            return validation.ToProblem();
        }

        // Listeners stay for ever; a service that is told to stop must not wait for them, and a key that was revoked not
        // go on listening.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, Caller.Of(context)?.Ended ?? default);
        using var listening = feed.Listen();
        using var breakers = new BreakerNews(replicas);
        var (first, last) = await feed.RangeAsync(end.Token);
        var committed = await feed.CommittedAsync(end.Token);

        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";

        var position = filter.After ?? committed;
        try
        {
            // Browsers take the number of whatever came last for their place: a greeting ahead of what is still to come
            // would cost a listener that is cut off right after it everything in between.
            var known = position <= last && position >= first - 1;
            await WriteAsync(context, "hello", known ? position : committed, "{}"u8, end.Token);
            if (!known)
            {
                position = committed;
                await WriteAsync(context, "reset", committed, "{}"u8, end.Token);
            }

            await context.Response.Body.FlushAsync(end.Token);
            await FollowAsync(context, feed, breakers, filter, position, time, end.Token);
        }
        catch (OperationCanceledException)
        {
            // The listener has left, or the service stops.
        }

        return Results.Empty;
    }

    private static async Task FollowAsync(HttpContext context, EventFeed feed, BreakerNews breakers, EventFilter filter, long position, TimeProvider time, CancellationToken end)
    {
        var next = feed.ReadAsync(position, end);
        while (true)
        {
            end.ThrowIfCancellationRequested();
            while (breakers.TryRead(out var transition))
            {
                await WriteAsync(context, "failsafe", id: null, JsonSerializer.SerializeToUtf8Bytes(transition, ContractsJson.Default.FailsafeTransition), end);
                await context.Response.Body.FlushAsync(end);
            }

            IReadOnlyList<FeedItem> page;
            try
            {
                var news = breakers.WaitAsync(end);
                if (await Task.WhenAny(next, news).WaitAsync(s_heartbeat, time, end) == news)
                {
                    continue;
                }

                page = await next;
            }
            catch (TimeoutException)
            {
                await context.Response.Body.WriteAsync(":\n\n"u8.ToArray(), end);
                await context.Response.Body.FlushAsync(end);
                continue;
            }
            catch (Exception error) when (Data.DatabaseErrors.IsTransient(error))
            {
                // Close; the listener comes back by itself and says where it was.
                return;
            }

            foreach (var item in page)
            {
                if (filter.Wants(item.Event))
                {
                    await WriteAsync(context, Name(item.Event.Kind), item.Id, item.Json, end);
                }
            }

            await context.Response.Body.FlushAsync(end);
            position = page[^1].Id;
            next = feed.ReadAsync(position, end);
        }
    }

    private static async Task WriteAsync(HttpContext context, string name, long? id, ReadOnlyMemory<byte> data, CancellationToken end)
    {
        var writer = context.Response.BodyWriter;
        var head = id is { } number
            ? string.Create(CultureInfo.InvariantCulture, $"id: {number}\nevent: {name}\ndata: ")
            : $"event: {name}\ndata: ";
        Encoding.ASCII.GetBytes(head, writer.GetSpan(head.Length));
        writer.Advance(head.Length);
        data.Span.CopyTo(writer.GetSpan(data.Length));
        writer.Advance(data.Length);
        "\n\n"u8.CopyTo(writer.GetSpan(2));
        writer.Advance(2);
        await writer.FlushAsync(end);
    }

    private static Task WriteAsync(HttpContext context, string name, long id, ReadOnlySpan<byte> data, CancellationToken end)
        => WriteAsync(context, name, id, data.ToArray().AsMemory(), end);

    private static string Name(PostEventKind kind) => kind switch
    {
        PostEventKind.Created => "created",
        PostEventKind.Provisional => "provisional",
        PostEventKind.Labelled => "labelled",
        PostEventKind.Dead => "dead",
        PostEventKind.Edited => "edited",
        PostEventKind.Replayed => "replayed",
        PostEventKind.Replied => "replied",
        _ => "deleted",
    };
}
