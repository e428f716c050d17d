using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using SocialSentiment.Api.Accounting;
using SocialSentiment.Api.Events;
using SocialSentiment.Api.Posts;
using SocialSentiment.Contracts.Events;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults.Faults;

namespace SocialSentiment.Api.Labelling;

/// <summary>
/// Writes results down, each exactly once: only the result of a post's current job counts, and only while the post is
/// pending. A result that comes again, too late or for an earlier revision changes nothing and is done with.
/// </summary>
internal sealed class ResultsHandler(NpgsqlDataSource database, EventFeed feed, PostMetrics metrics, TimeProvider time) : IBatchHandler<AnalysisResult>
{
    private const string StoreSpan = "store result";

    private const string Apply =
        $"""
        WITH incoming AS (
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            AS t (job_id, post_id, revision, label, confidence, negative, neutral, positive, model, version, precision, attempt, worker, trace_id, duration_ms, analysed_at)
        ), due AS (
            SELECT i.*, s.status AS old_status, s.label AS old_label, s.confidence AS old_confidence, s.created_at, s.accepted_at, s.source
            FROM sentiments s JOIN incoming i ON s.post_id = i.post_id AND s.job_id = i.job_id AND s.revision = i.revision
            WHERE s.status = 0
            ORDER BY s.post_id
            FOR UPDATE OF s
        ), labelled AS (
            UPDATE sentiments s
            SET status = 1, label = d.label, confidence = d.confidence, model = d.model, analysed_at = d.analysed_at
            FROM due d WHERE s.post_id = d.post_id
        ), kept AS (
            INSERT INTO analyses (id, post_id, revision, label, confidence, negative, neutral, positive, provisional, model, version, precision, attempt, worker, trace_id, duration_ms, analysed_at)
            SELECT job_id, post_id, revision, label, confidence, negative, neutral, positive, false, model, version, precision, attempt, worker, trace_id, duration_ms, analysed_at
            FROM due
        ), counted AS (
            INSERT INTO rollup_deltas (minute, source, bucket, posts, provisional, confidence)
            SELECT minute, source, bucket, sum(posts), sum(provisional), sum(confidence)
            FROM (
                SELECT date_trunc('minute', created_at, 'UTC') AS minute, source, (label + 1)::smallint AS bucket, 1 AS posts, 0 AS provisional, round(confidence::float8 * 1e6)::bigint AS confidence FROM due
                UNION ALL
                {RollupSql.Leave}
            ) AS change
            GROUP BY 1, 2, 3
        )
        SELECT job_id, accepted_at FROM due
        """;

    public async Task HandleAsync(IReadOnlyList<Delivery<AnalysisResult>> batch, CancellationToken cancellationToken)
    {
        // A message that was delivered twice may be here twice.
        var results = batch.DistinctBy(delivery => delivery.Body.JobId).ToArray();
        var now = time.GetUtcNow();

        // The transaction is everybody's; it is shown in the first trace among them.
        var shown = results.FirstOrDefault(result => (result.Trace.TraceFlags & ActivityTraceFlags.Recorded) != 0);
        using var span = shown is null ? null : ApiTelemetry.Source.StartActivity(StoreSpan, ActivityKind.Internal, shown.Trace);
        span?.SetTag("sentiment.batch.size", results.Length);

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        var due = await ApplyAsync(connection, results, cancellationToken);
        var labelled = results.Where(result => due.ContainsKey(result.Body.JobId)).ToArray();
        var position = labelled.Length == 0
            ? 0
            : await EventJournal.AppendAsync(
                connection,
                [.. labelled.Select(result => new NewEvent(PostEventKind.Labelled, result.Body.PostId, result.Body.Revision, now, Stored(result == shown && span is not null ? span.Context : MarkStored(result.Trace, now))))],
                cancellationToken);

        await Failpoint.HitAsync("results.before-commit", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await Failpoint.HitAsync("results.after-commit", cancellationToken);

        feed.Announce(position);
        metrics.Stale(batch.Count - labelled.Length);
        foreach (var result in labelled)
        {
            metrics.Labelled(result.Body.Label, now - due[result.Body.JobId]);
        }
    }

    private static async Task<Dictionary<Guid, DateTimeOffset>> ApplyAsync(
        NpgsqlConnection connection, Delivery<AnalysisResult>[] results, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Apply, connection);
        command.Parameters.Add(new() { Value = Each(result => result.JobId) });
        command.Parameters.Add(new() { Value = Each(result => result.PostId) });
        command.Parameters.Add(new() { Value = Each(result => result.Revision) });
        command.Parameters.Add(new() { Value = Each(result => (short)result.Label) });
        command.Parameters.Add(new() { Value = Each(result => (float)result.Confidence) });
        command.Parameters.Add(new() { Value = Each(result => (float)result.Probabilities.Negative) });
        command.Parameters.Add(new() { Value = Each(result => (float)result.Probabilities.Neutral) });
        command.Parameters.Add(new() { Value = Each(result => (float)result.Probabilities.Positive) });
        command.Parameters.Add(new() { Value = Each(result => result.Provenance.Model) });
        command.Parameters.Add(new() { Value = Each(result => result.Provenance.Version) });
        command.Parameters.Add(new() { Value = Each(result => result.Provenance.Precision) });
        command.Parameters.Add(new() { Value = Each(result => result.Provenance.Attempt) });
        command.Parameters.Add(new() { Value = Each(result => result.Provenance.Worker) });
        command.Parameters.Add(new() { Value = Each(result => result.Provenance.TraceId), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = Each(result => (float)result.Provenance.DurationMs) });
        command.Parameters.Add(new() { Value = Each(result => result.Provenance.AnalysedAt.ToUniversalTime()) });

        var due = new Dictionary<Guid, DateTimeOffset>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            due[rows.GetGuid(0)] = rows.GetFieldValue<DateTimeOffset>(1);
        }

        return due;

        T[] Each<T>(Func<AnalysisResult, T> field) => [.. results.Select(result => field(result.Body))];
    }

    /// <summary>The other traces show that their result was stored, and when.</summary>
    private static ActivityContext MarkStored(ActivityContext trace, DateTimeOffset now)
    {
        using var span = trace == default ? null : ApiTelemetry.Source.StartActivity(StoreSpan, ActivityKind.Internal, trace, startTime: now);
        return span?.Context ?? trace;
    }

    /// <summary>What the live feed goes on from.</summary>
    private static string? Stored(ActivityContext trace) => trace == default ? null : TraceParents.Of(trace);
}
