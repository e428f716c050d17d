using Npgsql;

namespace SocialSentiment.Bench.Size;

/// <summary>Writes posts straight into PostgreSQL, as they look when they have long been labelled: spread evenly over a year.</summary>
internal sealed class PostFiller(string connectionString)
{
    private static readonly TimeSpan s_span = TimeSpan.FromDays(365);

    public DateTime Newest { get; private set; }

    public DateTime Oldest => Newest - s_span;

    public async Task FillAsync(long posts, IReadOnlyList<string> texts)
    {
        // To the second, so that a moment computed here and there is the same.
        Newest = new DateTime(DateTime.UtcNow.Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, DateTimeKind.Utc);
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await RunAsync("TRUNCATE posts, sentiments, analyses, earlier_texts, deleted_posts, idempotency_keys, outbox, dead_letters, events, rollups, rollup_deltas, rollup_totals");
        await RunAsync("SET synchronous_commit = off; SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'");
        await RunAsync("CREATE TEMP TABLE IF NOT EXISTS said (id int PRIMARY KEY, body text NOT NULL)");
        await RunAsync("TRUNCATE said");
        await RunAsync("INSERT INTO said SELECT n - 1, body FROM unnest($1) WITH ORDINALITY AS t (body, n)", (object)texts.ToArray());
        await RunAsync("ANALYZE said");

        // Indexes are built afterwards at once: the same indexes, in a fraction of the time.
        var indexes = await ReadAsync(
            """
            SELECT indexdef, indexname FROM pg_indexes
            WHERE schemaname = 'public' AND tablename IN ('posts', 'sentiments')
              AND indexname NOT IN (SELECT conname FROM pg_constraint)
            """);
        foreach (var (_, name) in indexes)
        {
            await RunAsync($"DROP INDEX {name}");
        }

        await RunAsync("ALTER TABLE sentiments DROP CONSTRAINT fk_sentiments_posts");
        await RunAsync(
            """
            INSERT INTO posts (id, revision, text, author, source, external_id, language, created_at, accepted_at, content_hash)
            SELECT
                (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid,
                1,
                s.body || ' (' || n || ')',
                CASE WHEN n % 10 < 9 THEN 'author' || (n * 7919 % 50000) END,
                CASE WHEN n % 10 < 5 THEN 'twitter' WHEN n % 10 < 8 THEN 'reddit' WHEN n % 10 < 9 THEN 'forum' WHEN n % 100 = 9 THEN 'rare' ELSE 'api' END,
                CASE WHEN n % 10 < 8 THEN n::text END,
                'en', at, at, decode(md5(n::text), 'hex')
            FROM (SELECT n, $2::timestamptz - (($1 - n) * ($3::interval / $1)) AS at FROM generate_series(1, $1) AS n) AS numbers
            JOIN said s ON s.id = n * 104729 % (SELECT count(*) FROM said)
            ORDER BY n
            """,
            posts,
            Newest,
            s_span);
        await RunAsync(
            """
            INSERT INTO sentiments (post_id, revision, job_id, status, label, confidence, model, analysed_at, dead_reason, accepted_at, enqueued_at, enqueues, created_at, source)
            SELECT id, 1, id,
                CASE WHEN hash < 1000 THEN 2 ELSE 1 END,
                CASE WHEN hash < 1000 THEN NULL WHEN hash < 300000 THEN 0 WHEN hash < 750000 THEN 1 ELSE 2 END,
                CASE WHEN hash < 1000 THEN NULL ELSE 0.5 + hash / 2e6 END,
                CASE WHEN hash < 1000 THEN NULL ELSE 'compact' END,
                CASE WHEN hash < 1000 THEN NULL ELSE accepted_at END,
                CASE WHEN hash < 1000 THEN 'rejected: made up' END,
                accepted_at, accepted_at, 1, created_at, source
            FROM (SELECT *, abs(hashtext(id::text)::bigint) % 1000000 AS hash FROM posts) AS p
            """);
        await RunAsync("ALTER TABLE sentiments ADD CONSTRAINT fk_sentiments_posts FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE");
        foreach (var (definition, _) in indexes)
        {
            await RunAsync(definition);
        }

        await RunAsync(
            """
            INSERT INTO rollups (minute, source, bucket, posts, provisional, confidence)
            SELECT date_trunc('minute', created_at, 'UTC'), source, CASE WHEN status = 2 THEN 4 ELSE label + 1 END, count(*), 0, coalesce(sum(round(confidence::float8 * 1e6)::bigint), 0)
            FROM sentiments GROUP BY 1, 2, 3
            UNION ALL
            SELECT date_trunc('minute', created_at, 'UTC'), source, 5, count(*), 0, 0 FROM sentiments GROUP BY 1, 2
            """);
        await RunAsync(
            """
            INSERT INTO rollup_totals (source, bucket, posts, provisional, confidence)
            SELECT source, bucket, sum(posts), sum(provisional), sum(confidence) FROM rollups GROUP BY source, bucket
            """);
        await RunAsync("VACUUM ANALYZE");

        async Task RunAsync(string sql, params object[] parameters)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 3_600 };
            foreach (var parameter in parameters)
            {
                command.Parameters.Add(new() { Value = parameter });
            }

            await command.ExecuteNonQueryAsync();
        }

        async Task<List<(string, string)>> ReadAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await using var rows = await command.ExecuteReaderAsync();
            List<(string, string)> read = [];
            while (await rows.ReadAsync())
            {
                read.Add((rows.GetString(0), rows.GetString(1)));
            }

            return read;
        }
    }

    public async Task<long> SizeAsync() => (long)(await AskAsync("SELECT pg_database_size(current_database())"))!;

    /// <summary>For posts that were written before.</summary>
    public async Task<long> CountAsync()
    {
        Newest = (DateTime)(await AskAsync("SELECT max(created_at) FROM posts"))!;
        return (long)(await AskAsync("SELECT count(*) FROM posts"))!;
    }

    private async Task<object?> AskAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 3_600 };
        return await command.ExecuteScalarAsync();
    }
}
