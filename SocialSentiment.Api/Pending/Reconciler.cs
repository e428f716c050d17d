using Microsoft.Extensions.Options;
using Npgsql;
using SocialSentiment.Api.Data;
using SocialSentiment.Api.Outbox;
using SocialSentiment.Api.Posts;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults.Faults;

namespace SocialSentiment.Api.Pending;

/// <summary>
/// Sends the jobs of posts out again that have been pending for too long: a broker that lost its data loses no post. While
/// the queues are full there is nothing lost, only late, and a post that was sent out again waits twice as long the next
/// time; results that come twice change nothing.
/// </summary>
internal sealed partial class Reconciler(
    NpgsqlDataSource database, DatabaseMigrator migrator, QueueInspector queues, OutboxDispatcher outbox, PostMetrics metrics,
    IOptions<PostsOptions> options, TimeProvider time, ILogger<Reconciler> logger) : BackgroundService
{
    private const int BatchSize = 1_000;

    /// <summary>With this many jobs and results still under way, a post that waits is most likely among them.</summary>
    private const int Busy = 1_000;
    private const int MaxDoublings = 6;
    private static readonly string[] s_queues = [Queues.Analyze, Queues.Suspects, Queues.Results, Queues.Dead];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await migrator.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(options.Value.ReconcileEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await AreQueuesShortAsync(stoppingToken))
                {
                    while (await ReconcileAsync(stoppingToken) == BatchSize)
                    {
                    }
                }
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(error.GetBaseException().Message);
            }
        }
    }

    private async Task<bool> AreQueuesShortAsync(CancellationToken stoppingToken)
    {
        foreach (var queue in s_queues)
        {
            // A broker that cannot be asked takes no jobs either; the outbox holds them until it does.
            if (await queues.GetAsync(queue, stoppingToken) is not { } state || state.Ready >= Busy)
            {
                return false;
            }
        }

        return true;
    }

    private async Task<int> ReconcileAsync(CancellationToken stoppingToken)
    {
        await using var connection = await database.OpenConnectionAsync(stoppingToken);
        await using var transaction = await connection.BeginTransactionAsync(stoppingToken);
        await using var reconcile = new NpgsqlCommand(
            $"""
            WITH due AS (
                SELECT post_id, revision, job_id FROM sentiments s
                WHERE status = 0
                  AND accepted_at < $1::timestamptz - $2::interval
                  AND enqueued_at < $1::timestamptz - $2::interval * power(2, least(enqueues - 1, {MaxDoublings}))
                  AND NOT EXISTS (SELECT FROM outbox o WHERE o.post_id = s.post_id AND o.job_id = s.job_id)
                ORDER BY accepted_at LIMIT {BatchSize}
                FOR UPDATE SKIP LOCKED
            ), marked AS (
                UPDATE sentiments s SET enqueued_at = $1, enqueues = enqueues + 1 FROM due d WHERE s.post_id = d.post_id
            )
            INSERT INTO outbox (post_id, revision, job_id, priority, created_at) SELECT post_id, revision, job_id, 0, $1 FROM due
            """,
            connection);
        reconcile.Parameters.Add(new() { Value = time.GetUtcNow() });
        reconcile.Parameters.Add(new() { Value = options.Value.ReconcileAfter });
        var lost = await reconcile.ExecuteNonQueryAsync(stoppingToken);

        await Failpoint.HitAsync("reconcile.before-commit", stoppingToken);
        await transaction.CommitAsync(stoppingToken);
        if (lost > 0)
        {
            LogReconciled(lost);
            metrics.Reconciled(lost);
            outbox.Wake();
        }

        return lost;
    }

    [LoggerMessage(LogLevel.Warning, "{Count} posts have been pending for too long; their jobs are sent out again.")]
    private partial void LogReconciled(int count);

    [LoggerMessage(LogLevel.Warning, "Posts that are pending for too long could not be looked for: {Reason}")]
    private partial void LogFailed(string reason);
}
