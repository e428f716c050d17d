using System.Diagnostics;
using Npgsql;
using SocialSentiment.Api.Data;
using SocialSentiment.Api.Posts;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults.Faults;
using SocialSentiment.ServiceDefaults.Lifetime;

namespace SocialSentiment.Api.Outbox;

/// <summary>
/// Hands jobs to the broker and takes them out of the outbox when, and only when, the broker has confirmed them. Every
/// replica runs one: rows that one has in hand are skipped by the others, and come back when it dies.
/// </summary>
internal sealed partial class OutboxDispatcher(
    NpgsqlDataSource database, DatabaseMigrator migrator, Publisher publisher, PostMetrics metrics, TimeProvider time, ILogger<OutboxDispatcher> logger) : BackgroundService
{
    private const int BatchSize = 500;
    private static readonly TimeSpan s_lookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);

    private readonly WakeSignal _work = new();

    /// <summary>There is something in the outbox.</summary>
    public void Wake() => _work.Set();

    public override void Dispose()
    {
        base.Dispose();
        _work.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await migrator.WaitAsync(stoppingToken);
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var (taken, refused) = await DispatchAsync(stoppingToken);
                if (refused is not null)
                {
                    LogRefused(refused.Message);
                    await PauseAsync(++failures, stoppingToken);
                    continue;
                }

                failures = 0;
                if (taken < BatchSize)
                {
                    // Rows that other replicas' posts or a dead replica left behind are found at the next look.
                    await _work.WaitAsync(s_lookInterval, stoppingToken);
                }
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(error.GetBaseException().Message);
                await PauseAsync(++failures, stoppingToken);
            }
        }
    }

    private Task PauseAsync(int failures, CancellationToken stoppingToken)
        => Task.Delay(TimeSpan.FromMilliseconds(Math.Min(100 * Math.Pow(2, Math.Min(failures, 10)), s_longestPause.TotalMilliseconds)), time, stoppingToken);

    private async Task<(int Taken, Exception? Refused)> DispatchAsync(CancellationToken stoppingToken)
    {
        await using var connection = await database.OpenConnectionAsync(stoppingToken);
        await using var transaction = await connection.BeginTransactionAsync(stoppingToken);

        var jobs = new List<(long Row, OutgoingMessage<AnalyzeJob> Message)>(BatchSize);
        var done = new List<long>(BatchSize);
        await using (var take = new NpgsqlCommand(
            $"""
            SELECT o.id, o.job_id, o.post_id, o.revision, o.trace_parent, o.priority, o.created_at, p.text, p.language
            FROM outbox o LEFT JOIN posts p ON p.id = o.post_id AND p.revision = o.revision
            ORDER BY o.id LIMIT {BatchSize} FOR UPDATE OF o SKIP LOCKED
            """,
            connection))
        {
            await using var rows = await take.ExecuteReaderAsync(stoppingToken);
            while (await rows.ReadAsync(stoppingToken))
            {
                var row = rows.GetInt64(0);
                if (rows.IsDBNull(7))
                {
                    // Edited or deleted since: there is a newer job, or none is needed.
                    done.Add(row);
                    continue;
                }

                var job = new AnalyzeJob(
                    rows.GetGuid(1), rows.GetGuid(2), rows.GetInt32(3), rows.GetString(7), rows.IsDBNull(8) ? null : rows.GetString(8), rows.GetFieldValue<DateTimeOffset>(6));
                jobs.Add((row, new OutgoingMessage<AnalyzeJob>(
                    job, job.JobId.ToString("N"), Trace(rows.IsDBNull(4) ? null : rows.GetString(4), job), Priority: (byte)rows.GetInt16(5))));
            }
        }

        var taken = jobs.Count + done.Count;
        if (taken == 0)
        {
            return (0, null);
        }

        await Failpoint.HitAsync("outbox.before-publish", stoppingToken);
        var outcomes = await publisher.PublishBatchAsync(Queues.Analyze, [.. jobs.Select(job => job.Message)], stoppingToken);
        await Failpoint.HitAsync("outbox.after-publish", stoppingToken);

        done.AddRange(jobs.Where((_, i) => outcomes[i] is null).Select(job => job.Row));
        if (done.Count > 0)
        {
            await using var remove = new NpgsqlCommand("DELETE FROM outbox WHERE id = ANY($1)", connection);
            remove.Parameters.Add(new() { Value = done.ToArray() });
            await remove.ExecuteNonQueryAsync(stoppingToken);
        }

        await transaction.CommitAsync(stoppingToken);
        metrics.Published(outcomes.Count(outcome => outcome is null));
        return (taken, outcomes.FirstOrDefault(outcome => outcome is not null));
    }

    /// <summary>Shows in the post's trace how long its job lay in the outbox, and leads on from there.</summary>
    private static ActivityContext Trace(string? traceParent, AnalyzeJob job)
    {
        if (!ActivityContext.TryParse(traceParent, null, isRemote: false, out var trace))
        {
            return default;
        }

        using var span = ApiTelemetry.Source.StartActivity("outbox", ActivityKind.Internal, trace, startTime: job.AcceptedAt);
        span?.SetTag("sentiment.post.id", job.PostId);
        return span?.Context ?? trace;
    }

    [LoggerMessage(LogLevel.Warning, "The broker did not take all jobs; they stay in the outbox. {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(LogLevel.Warning, "The outbox cannot be worked on: {Reason}")]
    private partial void LogFailed(string reason);
}
