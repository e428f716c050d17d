using Microsoft.Extensions.Options;
using Npgsql;
using SocialSentiment.Api.Data;
using SocialSentiment.Api.Events;
using SocialSentiment.Api.Failsafe;
using SocialSentiment.Api.Posts;
using SocialSentiment.Api.Predictions;
using SocialSentiment.Contracts.Events;
using SocialSentiment.Contracts.Failsafe;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.ServiceDefaults.Faults;

namespace SocialSentiment.Api.Pending;

/// <summary>
/// A post whose label does not come in time gets a provisional one from the lexicon, so that nobody looks at a blank. Its
/// job stands as before, and the model's label replaces the provisional one.
/// </summary>
internal sealed partial class ProvisionalLabeller(
    NpgsqlDataSource database, DatabaseMigrator migrator, EventFeed feed, Breaker breaker, PostMetrics metrics, ServiceInfo service,
    IOptions<PostsOptions> options, TimeProvider time, ILogger<ProvisionalLabeller> logger) : BackgroundService
{
    private const int BatchSize = 500;
    private static readonly TimeSpan s_longestInterval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await migrator.WaitAsync(stoppingToken);
        var interval = options.Value.ProvisionalAfter / 4;
        using var timer = new PeriodicTimer(interval < s_longestInterval ? interval : s_longestInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await LabelAsync(stoppingToken) == BatchSize)
                {
                }
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(error.GetBaseException().Message);
            }
        }
    }

    private async Task<int> LabelAsync(CancellationToken stoppingToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(stoppingToken);
        await using var transaction = await connection.BeginTransactionAsync(stoppingToken);

        var posts = await TakeAsync(connection, now - Patience(), stoppingToken);
        if (posts.Count == 0)
        {
            return 0;
        }

        await ApplyAsync(connection, posts, now, stoppingToken);
        var position = await EventJournal.AppendAsync(
            connection, [.. posts.Select(post => new NewEvent(PostEventKind.Provisional, post.Id, post.Revision, now, TraceParent: null))], stoppingToken);

        await Failpoint.HitAsync("provisional.before-commit", stoppingToken);
        await transaction.CommitAsync(stoppingToken);
        feed.Announce(position);
        metrics.Provisional(posts.Count);
        return posts.Count;
    }

    private TimeSpan Patience()
    {
        var (always, whileOpen) = (options.Value.ProvisionalAfter, options.Value.ProvisionalAfterWhileOpen);
        return breaker.State is FailsafeState.Open or FailsafeState.HalfOpen && whileOpen < always ? whileOpen : always;
    }

    private static async Task<List<(Guid Id, int Revision, Scores Scores)>> TakeAsync(
        NpgsqlConnection connection, DateTimeOffset acceptedBefore, CancellationToken stoppingToken)
    {
        await using var take = new NpgsqlCommand(
            $"""
            SELECT s.post_id, s.revision, p.text
            FROM sentiments s JOIN posts p ON p.id = s.post_id AND p.revision = s.revision
            WHERE s.status = 0 AND s.label IS NULL AND s.accepted_at < $1
            ORDER BY s.accepted_at LIMIT {BatchSize}
            FOR UPDATE OF s SKIP LOCKED
            """,
            connection);
        take.Parameters.Add(new() { Value = acceptedBefore });

        var posts = new List<(Guid, int, Scores)>();
        await using var rows = await take.ExecuteReaderAsync(stoppingToken);
        while (await rows.ReadAsync(stoppingToken))
        {
            posts.Add((rows.GetGuid(0), rows.GetInt32(1), Lexicon.Judge(rows.GetString(2))));
        }

        return posts;
    }

    private async Task ApplyAsync(
        NpgsqlConnection connection, List<(Guid Id, int Revision, Scores Scores)> posts, DateTimeOffset now, CancellationToken stoppingToken)
    {
        await using var apply = new NpgsqlCommand(
            """
            WITH due AS (
                SELECT i.*, s.created_at, s.source
                FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS i (id, post_id, revision, label, confidence, negative, neutral, positive)
                JOIN sentiments s USING (post_id)
            ), labelled AS (
                UPDATE sentiments s SET label = d.label, confidence = d.confidence, model = $9, analysed_at = $12 FROM due d WHERE s.post_id = d.post_id
            ), kept AS (
                INSERT INTO analyses (id, post_id, revision, label, confidence, negative, neutral, positive, provisional, model, version, precision, attempt, worker, duration_ms, analysed_at)
                SELECT id, post_id, revision, label, confidence, negative, neutral, positive, true, $9, $10, 'rules', 1, $11, 0, $12 FROM due
            )
            INSERT INTO rollup_deltas (minute, source, bucket, posts, provisional, confidence)
            SELECT date_trunc('minute', created_at, 'UTC'), source, bucket, sum(posts), sum(provisional), sum(confidence)
            FROM (
                SELECT created_at, source, (label + 1)::smallint AS bucket, 1 AS posts, 1 AS provisional, round(confidence::float8 * 1e6)::bigint AS confidence FROM due
                UNION ALL
                SELECT created_at, source, 0::smallint, -1, 0, 0 FROM due
            ) AS change
            GROUP BY 1, 2, 3
            """,
            connection);
        apply.Parameters.Add(new() { Value = posts.Select(_ => Guid.CreateVersion7(now)).ToArray() });
        apply.Parameters.Add(new() { Value = posts.Select(post => post.Id).ToArray() });
        apply.Parameters.Add(new() { Value = posts.Select(post => post.Revision).ToArray() });
        apply.Parameters.Add(new() { Value = posts.Select(post => (short)post.Scores.Label).ToArray() });
        apply.Parameters.Add(new() { Value = posts.Select(post => (float)post.Scores.Confidence).ToArray() });
        apply.Parameters.Add(new() { Value = posts.Select(post => (float)post.Scores.Probabilities.Negative).ToArray() });
        apply.Parameters.Add(new() { Value = posts.Select(post => (float)post.Scores.Probabilities.Neutral).ToArray() });
        apply.Parameters.Add(new() { Value = posts.Select(post => (float)post.Scores.Probabilities.Positive).ToArray() });
        apply.Parameters.Add(new() { Value = Lexicon.Model });
        apply.Parameters.Add(new() { Value = Lexicon.Version });
        apply.Parameters.Add(new() { Value = service.Instance });
        apply.Parameters.Add(new() { Value = now });
        await apply.ExecuteNonQueryAsync(stoppingToken);
    }

    [LoggerMessage(LogLevel.Warning, "Waiting posts could not be labelled provisionally: {Reason}")]
    private partial void LogFailed(string reason);
}
