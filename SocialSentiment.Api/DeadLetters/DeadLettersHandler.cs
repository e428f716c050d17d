using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using SocialSentiment.Api.Accounting;
using SocialSentiment.Api.Events;
using SocialSentiment.Api.Posts;
using SocialSentiment.Api.Replies;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Events;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults.Faults;

namespace SocialSentiment.Api.DeadLetters;

/// <summary>
/// Takes what died on a queue into the database, where it can be listed, inspected and replayed. If it was a post's
/// current job (or the result of it) and the post is still pending, the post is dead.
/// </summary>
internal sealed partial class DeadLettersHandler(NpgsqlDataSource database, EventFeed feed, PostMetrics metrics, ReplyCaretaker replies, TimeProvider time, ILogger<DeadLettersHandler> logger)
    : IBatchHandler<byte[]>
{
    private const string Apply =
        $"""
        WITH incoming AS (
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            AS t (id, fingerprint, queue, reason, error, attempts, post_id, job_id, body)
        ), kept AS (
            INSERT INTO dead_letters (id, fingerprint, queue, reason, error, attempts, post_id, job_id, body, died_at)
            SELECT id, fingerprint, queue, reason, error, attempts, post_id, job_id, body, $10 FROM incoming
            ON CONFLICT (fingerprint) DO NOTHING
        ), due AS (
            SELECT s.post_id, s.revision, s.status AS old_status, s.label AS old_label, s.confidence AS old_confidence, s.created_at, s.source, i.reason, i.error
            FROM sentiments s JOIN incoming i ON s.post_id = i.post_id AND s.job_id = i.job_id
            WHERE s.status = 0
            ORDER BY s.post_id
            FOR UPDATE OF s
        ), buried AS (
            UPDATE sentiments s
            SET status = 2, label = NULL, confidence = NULL, model = NULL, analysed_at = NULL, dead_reason = concat_ws(': ', d.reason, d.error)
            FROM due d WHERE s.post_id = d.post_id
        ), counted AS (
            INSERT INTO rollup_deltas (minute, source, bucket, posts, provisional, confidence)
            SELECT minute, source, bucket, sum(posts), sum(provisional), sum(confidence)
            FROM (
                SELECT date_trunc('minute', created_at, 'UTC') AS minute, source, 4::smallint AS bucket, 1 AS posts, 0 AS provisional, 0::bigint AS confidence FROM due
                UNION ALL
                {RollupSql.Leave}
            ) AS change
            GROUP BY 1, 2, 3
        )
        SELECT post_id, revision FROM due
        """;

    public async Task HandleAsync(IReadOnlyList<Delivery<byte[]>> batch, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var letters = batch.Select(delivery => Letter.Of(delivery, now)).DistinctBy(letter => Convert.ToHexString(letter.Fingerprint)).ToArray();

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        var dead = await ApplyAsync(connection, letters, now, cancellationToken);
        var position = dead.Count == 0
            ? 0
            : await EventJournal.AppendAsync(connection, [.. dead.Select(post => new NewEvent(PostEventKind.Dead, post.Id, post.Revision, now, TraceParent: null))], cancellationToken);

        await Failpoint.HitAsync("dead.before-commit", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await Failpoint.HitAsync("dead.after-commit", cancellationToken);

        feed.Announce(position);
        metrics.Dead(dead.Count);
        foreach (var letter in letters)
        {
            LogDead(letter.Queue, letter.Reason, letter.Error, letter.PostId);
            if (letter is { Queue: Queues.Replies, JobId: { } order })
            {
                await replies.FinishAsync(order, "The model could not write to this text: these are templates.", cancellationToken);
            }
        }
    }

    private static async Task<List<(Guid Id, int Revision)>> ApplyAsync(NpgsqlConnection connection, Letter[] letters, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Apply, connection);
        command.Parameters.Add(new() { Value = letters.Select(letter => Guid.CreateVersion7(now)).ToArray() });
        command.Parameters.Add(new() { Value = letters.Select(letter => letter.Fingerprint).ToArray() });
        command.Parameters.Add(new() { Value = letters.Select(letter => letter.Queue).ToArray() });
        command.Parameters.Add(new() { Value = letters.Select(letter => letter.Reason).ToArray() });
        command.Parameters.Add(new() { Value = letters.Select(letter => letter.Error).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = letters.Select(letter => letter.Attempts).ToArray() });
        command.Parameters.Add(new() { Value = letters.Select(letter => letter.PostId).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = letters.Select(letter => letter.JobId).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = letters.Select(letter => letter.Body).ToArray() });
        command.Parameters.Add(new() { Value = now });

        var dead = new List<(Guid, int)>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            dead.Add((rows.GetGuid(0), rows.GetInt32(1)));
        }

        return dead;
    }

    [LoggerMessage(LogLevel.Error, "A message of the queue {Queue} is dead ({Reason}): {Error} Post: {PostId}")]
    private partial void LogDead(string queue, string reason, string? error, Guid? postId);

    private sealed record Letter(byte[] Fingerprint, string Queue, string Reason, string? Error, int Attempts, Guid? PostId, Guid? JobId, byte[] Body)
    {
        public static Letter Of(Delivery<byte[]> delivery, DateTimeOffset now)
        {
            var info = DeadLetterInfo.From(delivery.Headers);
            var (post, job) = Subject(info.Origin, delivery.Body);
            return new Letter(
                FingerprintOf(info.Origin, job is { } id ? id.ToByteArray() : delivery.Body),
                Storable(info.Origin)!,
                Storable(info.Reason)!,
                Storable(info.Error),
                info.Attempts,
                post,
                job,
                delivery.Body);
        }

        /// <summary>Which post it was about; what cannot be read was about none.</summary>
        private static (Guid? Post, Guid? Job) Subject(string origin, byte[] body)
        {
            try
            {
                return origin switch
                {
                    Queues.Analyze or Queues.Suspects when JsonSerializer.Deserialize(body, ContractsJson.Default.AnalyzeJob) is { } job => (job.PostId, job.JobId),
                    Queues.Results when JsonSerializer.Deserialize(body, ContractsJson.Default.AnalysisResult) is { } result => (result.PostId, result.JobId),
                    Queues.Replies when JsonSerializer.Deserialize(body, ContractsJson.Default.ReplyJob) is { } order => (null, order.JobId),
                    _ => (null, null),
                };
            }
            catch (JsonException)
            {
                return (null, null);
            }
        }

        private static byte[] FingerprintOf(string origin, byte[] content)
            => SHA256.HashData([.. Encoding.UTF8.GetBytes(origin is Queues.Suspects ? Queues.Analyze : origin), 0, .. content]);

        /// <summary>PostgreSQL's text knows no NUL.</summary>
        private static string? Storable(string? text) => text?.Replace('\0', '\uFFFD');
    }
}
