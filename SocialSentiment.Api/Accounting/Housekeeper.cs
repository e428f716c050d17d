using Microsoft.Extensions.Options;
using Npgsql;
using SocialSentiment.Api.Audit;
using SocialSentiment.Api.Data;
using SocialSentiment.Api.Posts;
using SocialSentiment.Api.Predictions;
using SocialSentiment.Api.Replies;

namespace SocialSentiment.Api.Accounting;

/// <summary>Adds the roll-ups' changes to their cells and throws away what has served its time. One replica at a time does it.</summary>
internal sealed partial class Housekeeper(
    NpgsqlDataSource database,
    DatabaseMigrator migrator,
    IOptions<PostsOptions> options,
    IOptions<AuditOptions> audit,
    IOptions<PredictionsOptions> predictions,
    IOptions<RepliesOptions> replies,
    TimeProvider time,
    ILogger<Housekeeper> logger) : BackgroundService
{
    private const long Lock = 7_270_002;
    private const int DeltasAtOnce = 20_000;
    private const int RowsAtOnce = 10_000;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromMinutes(1);

    /// <summary>One statement: the changes leave and arrive at the same moment, and no reader sees them twice or not at all.</summary>
    private const string Compact =
        """
        WITH taken AS (
            DELETE FROM rollup_deltas WHERE id IN (SELECT id FROM rollup_deltas ORDER BY id LIMIT $1) RETURNING *
        ), summed AS (
            INSERT INTO rollup_totals (source, bucket, posts, provisional, confidence)
            SELECT source, bucket, sum(posts), sum(provisional), sum(confidence) FROM taken GROUP BY source, bucket
            ON CONFLICT (source, bucket) DO UPDATE
            SET posts = rollup_totals.posts + excluded.posts, provisional = rollup_totals.provisional + excluded.provisional, confidence = rollup_totals.confidence + excluded.confidence
        )
        INSERT INTO rollups (minute, source, bucket, posts, provisional, confidence)
        SELECT minute, source, bucket, sum(posts), sum(provisional), sum(confidence) FROM taken GROUP BY minute, source, bucket
        ON CONFLICT (minute, source, bucket) DO UPDATE
        SET posts = rollups.posts + excluded.posts, provisional = rollups.provisional + excluded.provisional, confidence = rollups.confidence + excluded.confidence
        """;

    /// <summary>Looks at the first rows only: a day's events have no index by time, and need none, as they are in its order.</summary>
    private const string SweepEvents =
        """
        DELETE FROM events WHERE id IN (SELECT id FROM (SELECT id, at FROM events ORDER BY id LIMIT $1) AS oldest WHERE at < $2)
        """;

    private const string SweepKeys =
        """
        DELETE FROM idempotency_keys WHERE key_hash IN (SELECT key_hash FROM idempotency_keys WHERE created_at < $2 LIMIT $1)
        """;

    /// <summary>Like the events: entries are in the order of time, to within a second.</summary>
    private const string SweepAudit =
        """
        DELETE FROM audit WHERE id IN (SELECT id FROM (SELECT id, at FROM audit ORDER BY id LIMIT $1) AS oldest WHERE at < $2)
        """;

    private const string SweepPredictions =
        """
        DELETE FROM predictions WHERE id IN (SELECT id FROM predictions WHERE at < $2 ORDER BY at LIMIT $1)
        """;

    private const string SweepPreviews =
        """
        DELETE FROM reply_orders WHERE id IN (SELECT id FROM reply_orders WHERE post_id IS NULL AND requested_at < $2 ORDER BY requested_at LIMIT $1)
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await migrator.WaitAsync(stoppingToken);
        var swept = time.GetTimestamp();
        using var timer = new PeriodicTimer(s_interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunAloneAsync(Compact, DeltasAtOnce, stoppingToken);
                if (time.GetElapsedTime(swept) >= s_sweepInterval)
                {
                    swept = time.GetTimestamp();
                    await SweepAsync(stoppingToken);
                }
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(error.GetBaseException().Message);
            }
        }
    }

    internal async Task SweepAsync(CancellationToken stoppingToken)
    {
        var now = time.GetUtcNow();
        await RunAloneAsync(SweepEvents, RowsAtOnce, stoppingToken, now - options.Value.KeepEventsFor);
        await RunAloneAsync(SweepKeys, RowsAtOnce, stoppingToken, now - options.Value.KeepKeysFor);
        await RunAloneAsync(SweepAudit, RowsAtOnce, stoppingToken, now - audit.Value.KeepFor);
        await RunAloneAsync(SweepPredictions, RowsAtOnce, stoppingToken, now - predictions.Value.KeepFor);
        await RunAloneAsync(SweepPreviews, RowsAtOnce, stoppingToken, now - replies.Value.KeepPreviewsFor);
    }

    /// <summary>Repeats a statement while it finds a full helping of rows.</summary>
    private async Task RunAloneAsync(string sql, int atOnce, CancellationToken stoppingToken, params object[] more)
    {
        int done;
        do
        {
            await using var connection = await database.OpenConnectionAsync(stoppingToken);
            await using var transaction = await connection.BeginTransactionAsync(stoppingToken);
            await using (var alone = new NpgsqlCommand("SELECT pg_try_advisory_xact_lock($1)", connection) { Parameters = { new() { Value = Lock } } })
            {
                if (await alone.ExecuteScalarAsync(stoppingToken) is not true)
                {
                    return;
                }
            }

            await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = atOnce } } };
            foreach (var value in more)
            {
                command.Parameters.Add(new() { Value = value });
            }

            done = await command.ExecuteNonQueryAsync(stoppingToken);
            await transaction.CommitAsync(stoppingToken);
        }
        while (done >= atOnce);
    }

    [LoggerMessage(LogLevel.Warning, "Housekeeping has to wait: {Reason}")]
    private partial void LogFailed(string reason);
}
