using Npgsql;
using NpgsqlTypes;
using SocialSentiment.Api.Events;
using SocialSentiment.Api.Posts;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Events;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.ServiceDefaults.Faults;

namespace SocialSentiment.Api.Replies;

/// <summary>An order as somebody gives it: for a post, or as a preview for a text.</summary>
internal sealed record NewReplyOrder(Guid? PostId, int? Revision, string? Text, ReplyTone Tone, int Count, string? Model, long Seed);

/// <summary>Orders for drafts and the drafts, in the database. An order is open, and then done or cancelled: once, whoever is first.</summary>
internal sealed class ReplyStore(NpgsqlDataSource database, EventFeed feed, ReplyBoard board, ReplyMetrics metrics, TimeProvider time)
{
    private const string Edited = "The post was edited meanwhile.";

    private const string OrderColumns =
        """
        o.id, o.post_id, o.state, o.tone, o.count, o.model, o.seed, o.note, o.requested_at, o.started_at, o.finished_at,
        CASE WHEN o.state = 0 THEN (SELECT count(*) FROM reply_orders b WHERE b.state < 2 AND (b.requested_at, b.id) < (o.requested_at, o.id)) END
        """;

    private const string DraftColumns =
        "r.id, r.job_id, r.rank, r.text, r.source, r.model, r.version, o.seed, o.tone, o.label, r.score, r.decision, r.edited_text, r.decided_at, r.created_at";

    /// <summary>Writes an order down. A post has one open order for each tone: who asks for a second joins the first.</summary>
    /// <returns>The order that is open now; or none, and how many are, when there are too many.</returns>
    public async Task<(Guid? Id, bool IsNew, long Waiting)> OrderAsync(NewReplyOrder order, int mostOpen, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);

        // Another replica may end the order that is joined just now, or begin one; then once more.
        for (var attempt = 1; ; attempt++)
        {
            await using var command = database.CreateCommand(
                """
                WITH open AS (
                    SELECT count(*) AS orders FROM (SELECT 1 FROM reply_orders WHERE state < 2 LIMIT $12) AS these
                ), added AS (
                    INSERT INTO reply_orders (id, post_id, revision, text, tone, count, model, seed, state, trace_parent, requested_at)
                    SELECT $1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10 FROM open WHERE orders < $11
                    ON CONFLICT (post_id, tone) WHERE state < 2 AND post_id IS NOT NULL DO NOTHING
                    RETURNING id
                )
                SELECT (SELECT id FROM added), (SELECT id FROM reply_orders WHERE post_id = $2 AND tone = $5 AND state < 2), (SELECT orders FROM open)
                """);
            command.Parameters.Add(new() { Value = id });
            command.Parameters.Add(Nullable(order.PostId, NpgsqlDbType.Uuid));
            command.Parameters.Add(Nullable(order.Revision, NpgsqlDbType.Integer));
            command.Parameters.Add(Nullable(order.Text, NpgsqlDbType.Text));
            command.Parameters.Add(new() { Value = (short)order.Tone });
            command.Parameters.Add(new() { Value = (short)order.Count });
            command.Parameters.Add(Nullable(order.Model, NpgsqlDbType.Text));
            command.Parameters.Add(new() { Value = order.Seed });
            command.Parameters.Add(Nullable(TraceParents.Current(traced: true), NpgsqlDbType.Text));
            command.Parameters.Add(new() { Value = now });
            command.Parameters.Add(new() { Value = (long)mostOpen });
            command.Parameters.Add(new() { Value = mostOpen + 1L });

            try
            {
                await using var row = await command.ExecuteReaderAsync(cancellationToken);
                await row.ReadAsync(cancellationToken);
                var waiting = row.GetInt64(2);
                if (!row.IsDBNull(0))
                {
                    return (id, true, waiting);
                }

                if (!row.IsDBNull(1))
                {
                    return (row.GetGuid(1), false, waiting);
                }

                if (waiting >= mostOpen || attempt == 5)
                {
                    return (null, false, waiting);
                }
            }
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.ForeignKeyViolation)
            {
                // Deleted since it was looked up.
                return (null, false, 0);
            }
        }
    }

    public async Task<ReplyJobResponse?> FindAsync(Guid id, CancellationToken cancellationToken)
        => (await ReadAsync("o.id = $1", id, cancellationToken)).SingleOrDefault();

    /// <summary>Everything that was ever drafted for a post.</summary>
    public async Task<PostRepliesResponse> OfPostAsync(Guid post, CancellationToken cancellationToken)
    {
        var orders = await ReadAsync("o.post_id = $1", post, cancellationToken);
        return new PostRepliesResponse([.. orders.Where(order => order.State < ReplyJobState.Done)], [.. orders.SelectMany(order => order.Drafts)]);
    }

    /// <summary>A worker has begun. Only a remark: an order counts as open before and after.</summary>
    public async Task BeginAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("UPDATE reply_orders SET state = 1, started_at = $2 WHERE id = $1 AND state = 0");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = time.GetUtcNow() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Writes drafts down, unless somebody else has or nobody wants them any more.</summary>
    public async Task<bool> FinishAsync(ReplyResult result, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        DateTimeOffset requestedAt, startedAt;
        var position = 0L;
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            Guid? post;
            int revision;
            string? trace;
            await using (var finish = new NpgsqlCommand(
                """
                UPDATE reply_orders
                SET state = 2, label = $2, note = $3, worker = $4, started_at = coalesce(started_at, $5), finished_at = $6
                WHERE id = $1 AND state < 2
                RETURNING post_id, coalesce(revision, 0), trace_parent, requested_at, started_at
                """,
                connection))
            {
                finish.Parameters.Add(new() { Value = result.JobId });
                finish.Parameters.Add(new() { Value = (short)result.Label });
                finish.Parameters.Add(Nullable(result.Note, NpgsqlDbType.Text));
                finish.Parameters.Add(new() { Value = result.Worker });
                finish.Parameters.Add(new() { Value = result.StartedAt.ToUniversalTime() });
                finish.Parameters.Add(new() { Value = now });
                await using var row = await finish.ExecuteReaderAsync(cancellationToken);
                if (!await row.ReadAsync(cancellationToken))
                {
                    return false;
                }

                post = row.IsDBNull(0) ? null : row.GetGuid(0);
                revision = row.GetInt32(1);
                trace = row.IsDBNull(2) ? null : row.GetString(2);
                (requestedAt, startedAt) = (row.GetFieldValue<DateTimeOffset>(3), row.GetFieldValue<DateTimeOffset>(4));
            }

            await using (var keep = new NpgsqlCommand(
                """
                INSERT INTO replies (id, job_id, rank, text, source, model, version, score, decision, created_at)
                SELECT id, $1, rank, text, source, model, version, score, 0, $2
                FROM unnest($3, $4, $5, $6, $7, $8, $9) AS t (id, rank, text, source, model, version, score)
                """,
                connection))
            {
                keep.Parameters.Add(new() { Value = result.JobId });
                keep.Parameters.Add(new() { Value = now });
                keep.Parameters.Add(new() { Value = result.Drafts.Select(_ => Guid.CreateVersion7(now)).ToArray() });
                keep.Parameters.Add(new() { Value = result.Drafts.Select((_, i) => (short)(i + 1)).ToArray() });
                keep.Parameters.Add(new() { Value = result.Drafts.Select(draft => draft.Text).ToArray() });
                keep.Parameters.Add(new() { Value = result.Drafts.Select(draft => (short)draft.Source).ToArray() });
                keep.Parameters.Add(new() { Value = result.Drafts.Select(draft => draft.Model).ToArray() });
                keep.Parameters.Add(new() { Value = result.Drafts.Select(draft => draft.Version).ToArray() });
                keep.Parameters.Add(new() { Value = result.Drafts.Select(draft => (float)draft.Score).ToArray() });
                await keep.ExecuteNonQueryAsync(cancellationToken);
            }

            if (post is { } id)
            {
                position = await EventJournal.AppendAsync(connection, [new NewEvent(PostEventKind.Replied, id, revision, now, trace)], cancellationToken);
            }

            await Failpoint.HitAsync("replies.before-commit", cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            await Failpoint.HitAsync("replies.after-commit", cancellationToken);
        }

        feed.Announce(position);
        metrics.Finished(now - requestedAt, now - startedAt, result.Drafts.Select(draft => draft.Source));
        await board.FinishedAsync(result.JobId);
        return true;
    }

    /// <summary>False: it was over before.</summary>
    public async Task<bool> CancelAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("UPDATE reply_orders SET state = 3, note = $2, finished_at = $3 WHERE id = $1 AND state < 2");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = "It was called off." });
        command.Parameters.Add(new() { Value = time.GetUtcNow() });
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            return false;
        }

        await board.CancelledAsync([id]);
        return true;
    }

    /// <summary>Within the transaction of somebody who changes a post: what was ordered for its old text is of no use any more.</summary>
    /// <returns>The orders, to be told of (<see cref="ReplyBoard.CancelledAsync"/>) after the commit.</returns>
    public static async Task<IReadOnlyList<Guid>> DropAsync(NpgsqlConnection connection, Guid post, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("UPDATE reply_orders SET state = 3, note = $2, finished_at = $3 WHERE post_id = $1 AND state < 2 RETURNING id", connection);
        command.Parameters.Add(new() { Value = post });
        command.Parameters.Add(new() { Value = Edited });
        command.Parameters.Add(new() { Value = now });
        List<Guid> dropped = [];
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            dropped.Add(rows.GetGuid(0));
        }

        return dropped;
    }

    /// <summary>What a person makes of a draft; the last word counts. None: there is no such draft for that post.</summary>
    public async Task<ReplyDraft?> DecideAsync(Guid post, Guid reply, ReplyDecision decision, string? editedText, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            UPDATE replies r SET decision = $3, edited_text = $4, decided_at = $5
            FROM reply_orders o WHERE r.id = $2 AND o.id = r.job_id AND o.post_id = $1
            RETURNING {DraftColumns}
            """);
        command.Parameters.Add(new() { Value = post });
        command.Parameters.Add(new() { Value = reply });
        command.Parameters.Add(new() { Value = (short)decision });
        command.Parameters.Add(Nullable(editedText, NpgsqlDbType.Text));
        command.Parameters.Add(new() { Value = time.GetUtcNow() });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
        {
            return null;
        }

        var draft = Draft(row);
        metrics.Decided(decision, draft.Source);
        return draft;
    }

    /// <summary>Open orders that were given before a moment, as jobs to be done in some other way.</summary>
    public async Task<IReadOnlyList<ReplyJob>> OpenSinceAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        List<ReplyJob> jobs = [];
        await using var command = database.CreateCommand($"{JobOf} WHERE o.state < 2 AND o.requested_at < $1 ORDER BY o.requested_at, o.id LIMIT 100");
        command.Parameters.Add(new() { Value = moment });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            jobs.Add(Job(rows));
        }

        return jobs;
    }

    public async Task<ReplyJob?> FindOpenAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"{JobOf} WHERE o.state < 2 AND o.id = $1");
        command.Parameters.Add(new() { Value = id });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? Job(row) : null;
    }

    /// <summary>An order as a worker needs it; see <see cref="Job"/>.</summary>
    public const string JobOf =
        """
        SELECT o.id, o.post_id, coalesce(o.text, p.text), s.label, o.tone, o.count, o.model, o.seed, o.trace_parent
        FROM reply_orders o LEFT JOIN posts p ON p.id = o.post_id LEFT JOIN sentiments s ON s.post_id = o.post_id
        """;

    public static ReplyJob Job(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        row.IsDBNull(1) ? null : row.GetGuid(1),
        row.GetString(2),
        row.IsDBNull(3) ? null : (SentimentLabel)row.GetInt16(3),
        (ReplyTone)row.GetInt16(4),
        row.GetInt16(5),
        row.IsDBNull(6) ? null : row.GetString(6),
        row.GetInt64(7));

    private async Task<IReadOnlyList<ReplyJobResponse>> ReadAsync(string condition, Guid id, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"SELECT {DraftColumns} FROM replies r JOIN reply_orders o ON o.id = r.job_id WHERE {condition} ORDER BY r.job_id, r.rank") { Parameters = { new() { Value = id } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"SELECT {OrderColumns} FROM reply_orders o WHERE {condition} ORDER BY o.requested_at DESC, o.id DESC") { Parameters = { new() { Value = id } } });
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        List<ReplyDraft> drafts = [];
        while (await rows.ReadAsync(cancellationToken))
        {
            drafts.Add(Draft(rows));
        }

        var byOrder = drafts.ToLookup(draft => draft.JobId);
        List<ReplyJobResponse> orders = [];
        await rows.NextResultAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            orders.Add(new ReplyJobResponse(
                rows.GetGuid(0),
                rows.IsDBNull(1) ? null : rows.GetGuid(1),
                (ReplyJobState)rows.GetInt16(2),
                (ReplyTone)rows.GetInt16(3),
                rows.GetInt16(4),
                rows.IsDBNull(5) ? null : rows.GetString(5),
                rows.GetInt64(6),
                rows.IsDBNull(11) ? null : (int)rows.GetInt64(11),
                rows.IsDBNull(7) ? null : rows.GetString(7),
                rows.GetFieldValue<DateTimeOffset>(8),
                rows.IsDBNull(9) ? null : rows.GetFieldValue<DateTimeOffset>(9),
                rows.IsDBNull(10) ? null : rows.GetFieldValue<DateTimeOffset>(10),
                [.. byOrder[rows.GetGuid(0)]]));
        }

        return orders;
    }

    private static ReplyDraft Draft(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        row.GetGuid(1),
        row.GetInt16(2),
        row.GetString(3),
        (ReplySource)row.GetInt16(4),
        row.GetString(5),
        row.GetString(6),
        row.GetInt64(7),
        (ReplyTone)row.GetInt16(8),
        (SentimentLabel)row.GetInt16(9),
        Math.Round(row.GetFloat(10), 3),
        (ReplyDecision)row.GetInt16(11),
        row.IsDBNull(12) ? null : row.GetString(12),
        row.IsDBNull(13) ? null : row.GetFieldValue<DateTimeOffset>(13),
        row.GetFieldValue<DateTimeOffset>(14));

    private static NpgsqlParameter Nullable(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
