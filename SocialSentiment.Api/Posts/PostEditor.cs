using Npgsql;
using NpgsqlTypes;
using SocialSentiment.Api.Accounting;
using SocialSentiment.Api.Events;
using SocialSentiment.Api.Outbox;
using SocialSentiment.Api.Replies;
using SocialSentiment.Contracts.Events;

namespace SocialSentiment.Api.Posts;

/// <summary>What became of an edit.</summary>
internal enum EditOutcome
{
    Done,
    Missing,
    Stale,
}

/// <summary>Edits and deletes posts. Both take the job of the current revision out of play: its result finds no taker.</summary>
internal sealed class PostEditor(NpgsqlDataSource database, EventFeed feed, OutboxDispatcher outbox, ReplyBoard replies, TimeProvider time)
{
    private const string Due = "SELECT *, status AS old_status, label AS old_label, confidence AS old_confidence FROM sentiments WHERE post_id = $1";

    public async Task<EditOutcome> EditAsync(Guid id, string text, int? basedOn, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        if (!await LockAsync(connection, id, cancellationToken))
        {
            return EditOutcome.Missing;
        }

        int revision;
        await using (var find = new NpgsqlCommand("SELECT revision, text FROM posts WHERE id = $1", connection))
        {
            find.Parameters.Add(new() { Value = id });
            await using var row = await find.ExecuteReaderAsync(cancellationToken);
            await row.ReadAsync(cancellationToken);
            revision = row.GetInt32(0);
            if (row.GetString(1) == text)
            {
                // What the text should be, it is: also the second time that the same edit is sent.
                return EditOutcome.Done;
            }

            if (basedOn is { } expected && expected != revision)
            {
                return EditOutcome.Stale;
            }
        }

        revision++;
        await using (var edit = new NpgsqlCommand(
            $"""
            WITH due AS (
                {Due}
            ), kept AS (
                INSERT INTO earlier_texts (post_id, revision, text, replaced_at) SELECT id, revision, text, $3 FROM posts WHERE id = $1
            ), edited AS (
                UPDATE posts SET text = $2, revision = $4, edited_at = $3 WHERE id = $1
            ), pending AS (
                UPDATE sentiments
                SET revision = $4, job_id = $5, status = 0, label = NULL, confidence = NULL, model = NULL, analysed_at = NULL, dead_reason = NULL,
                    accepted_at = $3, enqueued_at = $3, enqueues = 1
                WHERE post_id = $1
            ), enqueued AS (
                INSERT INTO outbox (post_id, revision, job_id, trace_parent, priority, created_at) VALUES ($1, $4, $5, $6, {NewPost.SinglePriority}, $3)
            )
            INSERT INTO rollup_deltas (minute, source, bucket, posts, provisional, confidence)
            {RollupSql.Leave}
            UNION ALL SELECT date_trunc('minute', created_at, 'UTC'), source, 0::smallint, 1, 0, 0 FROM due
            """,
            connection))
        {
            edit.Parameters.Add(new() { Value = id });
            edit.Parameters.Add(new() { Value = text });
            edit.Parameters.Add(new() { Value = now });
            edit.Parameters.Add(new() { Value = revision });
            edit.Parameters.Add(new() { Value = Guid.CreateVersion7(now) });
            edit.Parameters.Add(new() { Value = (object?)TraceParents.Current(traced: true) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            await edit.ExecuteNonQueryAsync(cancellationToken);
        }

        var dropped = await ReplyStore.DropAsync(connection, id, now, cancellationToken);
        var position = await EventJournal.AppendAsync(connection, [new NewEvent(PostEventKind.Edited, id, revision, now, TraceParents.Current(traced: true))], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        outbox.Wake();
        feed.Announce(position);
        await replies.CancelledAsync(dropped);
        return EditOutcome.Done;
    }

    /// <summary>False: there is no such post (any more).</summary>
    public async Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        if (!await LockAsync(connection, id, cancellationToken))
        {
            return false;
        }

        var dropped = await ReplyStore.DropAsync(connection, id, now, cancellationToken);
        int revision;
        await using (var delete = new NpgsqlCommand(
            $"""
            WITH post AS (
                SELECT * FROM posts WHERE id = $1
            ), due AS (
                {Due}
            ), remembered AS (
                INSERT INTO deleted_posts (id, source, external_id, created_at, deleted_at) SELECT id, source, external_id, created_at, $2 FROM post
            ), counted AS (
                INSERT INTO rollup_deltas (minute, source, bucket, posts, provisional, confidence)
                {RollupSql.Leave}
                UNION ALL SELECT date_trunc('minute', created_at, 'UTC'), source, 6::smallint, 1, 0, 0 FROM due
            ), forgotten AS (
                DELETE FROM dead_letters WHERE post_id = $1
            ), unsent AS (
                DELETE FROM outbox WHERE post_id = $1
            ), deleted AS (
                DELETE FROM posts WHERE id = $1
            )
            SELECT revision FROM post
            """,
            connection))
        {
            delete.Parameters.Add(new() { Value = id });
            delete.Parameters.Add(new() { Value = now });
            revision = (int)(await delete.ExecuteScalarAsync(cancellationToken))!;
        }

        var position = await EventJournal.AppendAsync(connection, [new NewEvent(PostEventKind.Deleted, id, revision, now, TraceParents.Current(traced: true))], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        feed.Announce(position);
        await replies.CancelledAsync(dropped);
        return true;
    }

    /// <summary>
    /// Everyone who changes a post locks its sentiment first, in a statement of its own, so that nobody waits for each
    /// other in a circle and the next statement sees what the one before us did. False: there is no such post.
    /// </summary>
    private static async Task<bool> LockAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var take = new NpgsqlCommand("SELECT 1 FROM sentiments WHERE post_id = $1 FOR UPDATE", connection);
        take.Parameters.Add(new() { Value = id });
        return await take.ExecuteScalarAsync(cancellationToken) is not null;
    }
}
