using System.Diagnostics;
using Npgsql;
using SocialSentiment.Api.Data;
using SocialSentiment.Api.Events;
using SocialSentiment.Contracts.Events;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.ServiceDefaults.Faults;

namespace SocialSentiment.Api.Posts;

/// <summary>
/// Writes posts, many in one transaction: the post, its pending state, its job in the outbox, its roll-up and its event,
/// all or nothing. Nothing is published before this is committed.
/// </summary>
internal sealed class PostStore(NpgsqlDataSource database, EventFeed feed)
{
    private const int MaxConflicts = 5;

    /// <summary>Writes the posts and says for each what became of it, in order.</summary>
    public async Task<WriteResult[]> WriteAsync(IReadOnlyList<NewPost> posts, CancellationToken cancellationToken)
    {
        // Many requests share the transaction; it is shown in the first trace among them.
        ActivityContext.TryParse(posts.FirstOrDefault(post => TraceParents.IsTraced(post.TraceParent))?.TraceParent, null, out var trace);
        using var span = trace == default ? null : ApiTelemetry.Source.StartActivity("store post", ActivityKind.Internal, trace);
        span?.SetTag("sentiment.batch.size", posts.Count);

        var results = new WriteResult[posts.Count];
        foreach (var round in Rounds(posts))
        {
            await WriteRoundAsync(posts, round, results, cancellationToken);
        }

        return results;
    }

    /// <summary>
    /// Posts under the same key or external id cannot be judged in one statement: the second is judged by what became of
    /// the first, a round later.
    /// </summary>
    private static List<List<int>> Rounds(IReadOnlyList<NewPost> posts)
    {
        var rounds = new List<List<int>>();
        var keys = new List<HashSet<string>>();
        for (var i = 0; i < posts.Count; i++)
        {
            var post = posts[i];
            var byKey = post.KeyHash is { } hash ? "k" + Convert.ToHexString(hash) : null;
            var byExternalId = post.ExternalId is { } externalId ? $"e{post.Source}\n{externalId}" : null;
            var round = 0;
            while (round < rounds.Count && (Taken(byKey) || Taken(byExternalId)))
            {
                round++;
            }

            if (round == rounds.Count)
            {
                rounds.Add([]);
                keys.Add(new HashSet<string>(StringComparer.Ordinal));
            }

            rounds[round].Add(i);
            Take(byKey);
            Take(byExternalId);

            bool Taken(string? key) => key is not null && keys[round].Contains(key);

            void Take(string? key)
            {
                if (key is not null)
                {
                    keys[round].Add(key);
                }
            }
        }

        return rounds;
    }

    private async Task WriteRoundAsync(IReadOnlyList<NewPost> posts, List<int> round, WriteResult[] results, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (await TryWriteAsync(posts, round, results, cancellationToken))
                {
                    return;
                }
            }
            catch (PostgresException error) when (DatabaseErrors.IsConflict(error) && attempt < MaxConflicts)
            {
                // Another replica wrote the same keys in another order; the next try finds them written.
            }

            if (attempt == MaxConflicts)
            {
                throw new TimeoutException("The post is being deleted and written again and again.");
            }
        }
    }

    /// <summary>False: a post with one of the external ids was deleted meanwhile, and nothing was written.</summary>
    private async Task<bool> TryWriteAsync(IReadOnlyList<NewPost> posts, List<int> round, WriteResult[] results, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        var open = new List<int>(round);
        await ClaimKeysAsync(connection, posts, open, results, cancellationToken);
        await DropDeletedAsync(connection, posts, open, results, cancellationToken);
        var written = await InsertAsync(connection, posts, open, cancellationToken);

        var created = new List<int>(written.Count);
        var known = new List<int>();
        foreach (var i in open)
        {
            if (written.Contains(posts[i].Id))
            {
                results[i] = new WriteResult(PostOutcome.Accepted, posts[i].Id);
                created.Add(i);
            }
            else
            {
                known.Add(i);
            }
        }

        if (!await ResolveKnownAsync(connection, posts, known, results, cancellationToken)
            || await AnyDeletedAsync(connection, posts, created, cancellationToken))
        {
            await transaction.RollbackAsync(cancellationToken);
            return false;
        }

        var position = created.Count == 0
            ? 0
            : await EventJournal.AppendAsync(
                connection,
                [.. created.Select(i => new NewEvent(PostEventKind.Created, posts[i].Id, 1, posts[i].AcceptedAt, posts[i].TraceParent))],
                cancellationToken);

        await Failpoint.HitAsync("posts.before-commit", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await Failpoint.HitAsync("posts.after-commit", CancellationToken.None);
        feed.Announce(position);
        return true;
    }

    /// <summary>Takes the posts out of <paramref name="open"/> whose key was used before.</summary>
    private static async Task ClaimKeysAsync(
        NpgsqlConnection connection, IReadOnlyList<NewPost> posts, List<int> open, WriteResult[] results, CancellationToken cancellationToken)
    {
        var keyed = open.Where(i => posts[i].KeyHash is not null).OrderBy(i => posts[i].KeyHash!, ByteOrder.Instance).ToArray();
        if (keyed.Length == 0)
        {
            return;
        }

        var lost = keyed.ToDictionary(i => posts[i].KeyHash!, ByteOrder.Instance);
        await using (var claim = new NpgsqlCommand(
            """
            INSERT INTO idempotency_keys (key_hash, content_hash, post_id, created_at)
            SELECT * FROM unnest($1, $2, $3, $4)
            ON CONFLICT DO NOTHING
            RETURNING key_hash
            """,
            connection))
        {
            claim.Parameters.Add(new() { Value = keyed.Select(i => posts[i].KeyHash!).ToArray() });
            claim.Parameters.Add(new() { Value = keyed.Select(i => posts[i].ContentHash).ToArray() });
            claim.Parameters.Add(new() { Value = keyed.Select(i => posts[i].Id).ToArray() });
            claim.Parameters.Add(new() { Value = keyed.Select(i => posts[i].AcceptedAt).ToArray() });
            await using var rows = await claim.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                lost.Remove(rows.GetFieldValue<byte[]>(0));
            }
        }

        if (lost.Count == 0)
        {
            return;
        }

        await using var find = new NpgsqlCommand(
            """
            SELECT k.key_hash, k.content_hash, k.post_id, d.id IS NOT NULL
            FROM idempotency_keys k LEFT JOIN deleted_posts d ON d.id = k.post_id
            WHERE k.key_hash = ANY($1)
            """,
            connection);
        find.Parameters.Add(new() { Value = lost.Keys.ToArray() });
        await using var found = await find.ExecuteReaderAsync(cancellationToken);
        while (await found.ReadAsync(cancellationToken))
        {
            var i = lost[found.GetFieldValue<byte[]>(0)];
            results[i] = Judge(posts[i], found.GetFieldValue<byte[]>(1), found.GetGuid(2), found.GetBoolean(3));
            open.Remove(i);
        }
    }

    private static WriteResult Judge(NewPost post, byte[] contentHash, Guid id, bool deleted)
        => !contentHash.AsSpan().SequenceEqual(post.ContentHash) ? new WriteResult(PostOutcome.Conflict, id)
            : deleted ? new WriteResult(PostOutcome.Deleted, id)
            : new WriteResult(PostOutcome.Existing, id);

    private static async Task DropDeletedAsync(
        NpgsqlConnection connection, IReadOnlyList<NewPost> posts, List<int> open, WriteResult[] results, CancellationToken cancellationToken)
    {
        var deleted = await FindDeletedAsync(connection, posts, open, cancellationToken);
        foreach (var (i, id) in deleted)
        {
            results[i] = new WriteResult(PostOutcome.Deleted, id);
            open.Remove(i);
        }

        await ForgetKeysAsync(connection, posts, [.. deleted.Keys], cancellationToken);
    }

    private static async Task<bool> AnyDeletedAsync(NpgsqlConnection connection, IReadOnlyList<NewPost> posts, List<int> created, CancellationToken cancellationToken)
        => (await FindDeletedAsync(connection, posts, created, cancellationToken)).Count > 0;

    private static async Task<Dictionary<int, Guid>> FindDeletedAsync(
        NpgsqlConnection connection, IReadOnlyList<NewPost> posts, List<int> among, CancellationToken cancellationToken)
    {
        var external = among.Where(i => posts[i].ExternalId is not null).ToDictionary(i => (posts[i].Source, posts[i].ExternalId!));
        var deleted = new Dictionary<int, Guid>();
        if (external.Count == 0)
        {
            return deleted;
        }

        await using var find = new NpgsqlCommand(
            "SELECT source, external_id, id FROM deleted_posts WHERE (source, external_id) IN (SELECT * FROM unnest($1, $2))",
            connection);
        find.Parameters.Add(new() { Value = external.Keys.Select(key => key.Source).ToArray() });
        find.Parameters.Add(new() { Value = external.Keys.Select(key => key.Item2).ToArray() });
        await using var rows = await find.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            deleted[external[(rows.GetString(0), rows.GetString(1))]] = rows.GetGuid(2);
        }

        return deleted;
    }

    private static async Task<HashSet<Guid>> InsertAsync(
        NpgsqlConnection connection, IReadOnlyList<NewPost> posts, List<int> open, CancellationToken cancellationToken)
    {
        var written = new HashSet<Guid>();
        if (open.Count == 0)
        {
            return written;
        }

        await using var insert = new NpgsqlCommand(
            """
            WITH incoming AS (
                SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                AS t (id, job_id, text, author, source, external_id, language, created_at, content_hash, trace_parent, priority, accepted_at)
            ), written AS (
                INSERT INTO posts (id, revision, text, author, source, external_id, language, created_at, accepted_at, content_hash)
                SELECT id, 1, text, author, source, external_id, language, created_at, accepted_at, content_hash
                FROM incoming ORDER BY source, external_id
                ON CONFLICT (source, external_id) WHERE external_id IS NOT NULL DO NOTHING
                RETURNING id, source, created_at
            ), pending AS (
                INSERT INTO sentiments (post_id, revision, job_id, status, accepted_at, enqueued_at, enqueues, created_at, source)
                SELECT w.id, 1, i.job_id, 0, i.accepted_at, i.accepted_at, 1, w.created_at, w.source FROM written w JOIN incoming i USING (id)
            ), enqueued AS (
                INSERT INTO outbox (post_id, revision, job_id, trace_parent, priority, created_at)
                SELECT w.id, 1, i.job_id, i.trace_parent, i.priority, i.accepted_at FROM written w JOIN incoming i USING (id) ORDER BY w.id
            ), counted AS (
                INSERT INTO rollup_deltas (minute, source, bucket, posts, provisional, confidence)
                SELECT date_trunc('minute', created_at, 'UTC'), source, bucket, count(*), 0, 0
                FROM written CROSS JOIN (VALUES (0::smallint), (5::smallint)) AS b (bucket)
                GROUP BY 1, 2, 3
            )
            SELECT id FROM written
            """,
            connection);
        insert.Parameters.Add(new() { Value = Each(post => post.Id) });
        insert.Parameters.Add(new() { Value = Each(post => post.JobId) });
        insert.Parameters.Add(new() { Value = Each(post => post.Text) });
        insert.Parameters.Add(new() { Value = Each(post => post.Author) });
        insert.Parameters.Add(new() { Value = Each(post => post.Source) });
        insert.Parameters.Add(new() { Value = Each(post => post.ExternalId) });
        insert.Parameters.Add(new() { Value = Each(post => post.Language) });
        insert.Parameters.Add(new() { Value = Each(post => post.CreatedAt) });
        insert.Parameters.Add(new() { Value = Each(post => post.ContentHash) });
        insert.Parameters.Add(new() { Value = Each(post => post.TraceParent) });
        insert.Parameters.Add(new() { Value = Each(post => post.Priority) });
        insert.Parameters.Add(new() { Value = Each(post => post.AcceptedAt) });

        await using var rows = await insert.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            written.Add(rows.GetGuid(0));
        }

        return written;

        T[] Each<T>(Func<NewPost, T> field) => [.. open.Select(i => field(posts[i]))];
    }

    /// <summary>Judges the posts whose external id exists; false if one of them has vanished since.</summary>
    private static async Task<bool> ResolveKnownAsync(
        NpgsqlConnection connection, IReadOnlyList<NewPost> posts, List<int> known, WriteResult[] results, CancellationToken cancellationToken)
    {
        if (known.Count == 0)
        {
            return true;
        }

        var missing = known.ToDictionary(i => (posts[i].Source, posts[i].ExternalId!));
        await using (var find = new NpgsqlCommand(
            "SELECT source, external_id, content_hash, id FROM posts WHERE (source, external_id) IN (SELECT * FROM unnest($1, $2))",
            connection))
        {
            find.Parameters.Add(new() { Value = missing.Keys.Select(key => key.Source).ToArray() });
            find.Parameters.Add(new() { Value = missing.Keys.Select(key => key.Item2).ToArray() });
            await using var rows = await find.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                missing.Remove((rows.GetString(0), rows.GetString(1)), out var i);
                results[i] = Judge(posts[i], rows.GetFieldValue<byte[]>(2), rows.GetGuid(3), deleted: false);
            }
        }

        if (missing.Count > 0)
        {
            return false;
        }

        await ForgetKeysAsync(connection, posts, [.. known.Where(i => results[i].Outcome == PostOutcome.Conflict)], cancellationToken);
        foreach (var i in known.Where(i => results[i].Outcome == PostOutcome.Existing && posts[i].KeyHash is not null))
        {
            // The key was new, the post is not: from now on the key stands for the post that is there.
            await using var point = new NpgsqlCommand("UPDATE idempotency_keys SET post_id = $2 WHERE key_hash = $1", connection);
            point.Parameters.Add(new() { Value = posts[i].KeyHash! });
            point.Parameters.Add(new() { Value = results[i].Id!.Value });
            await point.ExecuteNonQueryAsync(cancellationToken);
        }

        return true;
    }

    /// <summary>A key that was claimed for a post that is then refused may be used again, for a better one.</summary>
    private static async Task ForgetKeysAsync(NpgsqlConnection connection, IReadOnlyList<NewPost> posts, IReadOnlyList<int> refused, CancellationToken cancellationToken)
    {
        var keys = refused.Select(i => posts[i].KeyHash).OfType<byte[]>().ToArray();
        if (keys.Length > 0)
        {
            await using var forget = new NpgsqlCommand("DELETE FROM idempotency_keys WHERE key_hash = ANY($1)", connection);
            forget.Parameters.Add(new() { Value = keys });
            await forget.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>All replicas claim keys in the same order, so that they do not lock each other out.</summary>
    private sealed class ByteOrder : IComparer<byte[]>, IEqualityComparer<byte[]>
    {
        public static readonly ByteOrder Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] key) => BitConverter.ToInt32(key);
    }
}
