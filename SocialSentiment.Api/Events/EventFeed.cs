using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using SocialSentiment.Api.Data;
using SocialSentiment.Api.Data.Entities;
using SocialSentiment.Api.Posts;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Events;
using SocialSentiment.Messaging;

namespace SocialSentiment.Api.Events;

/// <summary>An event as listeners get it: serialized once, however many they are.</summary>
internal sealed record FeedItem(long Id, PostEvent Event, byte[] Json);

/// <summary>
/// Follows the event log for this replica's listeners. Whoever commits events announces them, here and to the other
/// replicas through the broker; that is only a hint to look, and a look once a second makes up for a lost one. The newest
/// events are kept in memory, and a listener that falls behind them reads from the database at its own pace.
/// </summary>
internal sealed partial class EventFeed(
    NpgsqlDataSource database, DatabaseMigrator migrator, EventAnnouncer announcer, TimeProvider time, ILogger<EventFeed> logger) : BackgroundService
{
    private const int Kept = 8_192;
    private const int Page = 500;
    private static readonly TimeSpan s_lookInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<FeedItem> _recent = new(Kept);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _look = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _position = -1;
    private int _listeners;

    /// <summary>Called after a commit with the number of its last event.</summary>
    public void Announce(long position)
    {
        if (position > 0)
        {
            Look();
            announcer.Announce(position);
        }
    }

    /// <summary>There may be something new.</summary>
    public void Look() => Volatile.Read(ref _look).TrySetResult();

    /// <summary>Counts a listener in until it is disposed; without listeners nobody reads the log.</summary>
    public IDisposable Listen()
    {
        if (Interlocked.Increment(ref _listeners) == 1)
        {
            Look();
        }

        return new Listening(this);
    }

    /// <summary>The first and last number in the log; a log that was emptied still knows how far it had come.</summary>
    public async Task<(long First, long Last)> RangeAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "SELECT coalesce(min(id), 0), (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM events_id_seq) FROM events");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (first, last) = (reader.GetInt64(0), reader.GetInt64(1));
        return (first == 0 ? last + 1 : first, last);
    }

    /// <summary>The number up to which everything is committed and visible.</summary>
    public async Task<long> CommittedAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT coalesce(max(id), 0) FROM events");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>What comes after a number, in order: from memory if it is there still, else from the database. Waits until there is something.</summary>
    public async Task<IReadOnlyList<FeedItem>> ReadAsync(long after, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            bool behind;
            lock (_lock)
            {
                changed = _changed.Task;
                behind = _position >= 0 && after < _position && !(_recent.TryPeek(out var oldest) && oldest.Id <= after + 1);
                if (!behind && after < _position)
                {
                    return [.. _recent.Where(item => item.Id > after).Take(Page)];
                }
            }

            if (behind && await FetchAsync(after, traced: false, cancellationToken) is { Count: > 0 } page)
            {
                return page;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await migrator.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var look = _look;
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotFollowed(error.GetBaseException().Message);
                await Task.Delay(s_lookInterval, time, stoppingToken);
            }

            try
            {
                await look.Task.WaitAsync(s_lookInterval, time, stoppingToken);
            }
            catch (TimeoutException)
            {
                // The look that makes up for a lost hint.
            }

            Volatile.Write(ref _look, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        if (Volatile.Read(ref _listeners) == 0)
        {
            lock (_lock)
            {
                _recent.Clear();
                _position = -1;
            }

            return;
        }

        if (_position < 0)
        {
            var committed = await CommittedAsync(stoppingToken);
            lock (_lock)
            {
                _position = committed;
            }

            Changed();
        }

        IReadOnlyList<FeedItem> page;
        do
        {
            page = await FetchAsync(_position, traced: true, stoppingToken);
            if (page.Count > 0)
            {
                lock (_lock)
                {
                    foreach (var item in page)
                    {
                        if (_recent.Count == Kept)
                        {
                            _recent.Dequeue();
                        }

                        _recent.Enqueue(item);
                    }

                    _position = page[^1].Id;
                }

                Changed();
            }
        }
        while (page.Count == Page);
    }

    private async Task<IReadOnlyList<FeedItem>> FetchAsync(long after, bool traced, CancellationToken cancellationToken)
    {
        var items = new List<FeedItem>();
        await using var command = database.CreateCommand(
            $"""
            SELECT e.id, e.kind, e.post_id, e.revision, e.at, e.trace_parent, {PostRow.Columns}
            FROM events e LEFT JOIN posts p ON p.id = e.post_id LEFT JOIN sentiments s ON s.post_id = e.post_id
            WHERE e.id > $1 ORDER BY e.id LIMIT {Page}
            """);
        command.Parameters.Add(new() { Value = after });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var item = new PostEvent(
                (PostEventKind)reader.GetInt16(1),
                reader.GetGuid(2),
                reader.GetInt32(3),
                reader.GetFieldValue<DateTimeOffset>(4),
                reader.IsDBNull(6) ? null : PostRow.Read(reader, 6));
            if (traced && !reader.IsDBNull(5))
            {
                Trace(item, reader.GetString(5));
            }

            items.Add(new FeedItem(reader.GetInt64(0), item, JsonSerializer.SerializeToUtf8Bytes(item, ContractsJson.Default.PostEvent)));
        }

        return items;
    }

    /// <summary>The last leg of a post's trace: the moment at which this replica's listeners get to know.</summary>
    private static void Trace(PostEvent item, string traceParent)
    {
        if (ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent))
        {
            using var span = ApiTelemetry.Source.StartActivity("feed push", ActivityKind.Producer, parent);
            span?.SetTag("sentiment.event", item.Kind.ToString()).SetTag("sentiment.post.id", item.PostId);
        }
    }

    private void Changed()
        => Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    [LoggerMessage(LogLevel.Warning, "The event log cannot be read: {Reason}")]
    private partial void LogNotFollowed(string reason);

    private sealed class Listening(EventFeed feed) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                Interlocked.Decrement(ref feed._listeners);
            }
        }
    }
}
