using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using SocialSentiment.Api.Http;
using SocialSentiment.Contracts.Accounting;
using SocialSentiment.ServiceDefaults.Http;

namespace SocialSentiment.Api.Accounting;

/// <summary>Shows at any moment that no post is lost.</summary>
internal static class AccountingApi
{
    private const int RecountTimeoutSeconds = 600;

    private const string FromTotals =
        """
        SELECT
            coalesce(sum(posts) FILTER (WHERE bucket = 5), 0)::bigint,
            coalesce(sum(posts - provisional) FILTER (WHERE bucket IN (1, 2, 3)), 0)::bigint,
            coalesce(sum(CASE WHEN bucket = 0 THEN posts ELSE provisional END) FILTER (WHERE bucket IN (0, 1, 2, 3)), 0)::bigint,
            coalesce(sum(provisional), 0)::bigint,
            coalesce(sum(posts) FILTER (WHERE bucket = 4), 0)::bigint,
            coalesce(sum(posts) FILTER (WHERE bucket = 6), 0)::bigint,
            (SELECT count(*) FROM outbox),
            (SELECT extract(epoch FROM clock_timestamp() - min(accepted_at))::float8 FROM sentiments WHERE status = 0)
        FROM rollup_totals_now
        """;

    private const string FromRows =
        """
        SELECT
            count(*) FILTER (WHERE status = 1),
            count(*) FILTER (WHERE status = 0),
            count(*) FILTER (WHERE status = 0 AND label IS NOT NULL),
            count(*) FILTER (WHERE status = 2),
            (SELECT count(*) FROM deleted_posts)
        FROM sentiments
        """;

    private const string WrongRollups =
        """
        SELECT count(*) FROM (
            SELECT minute, source, bucket, posts, provisional, confidence FROM rollup_now WHERE (posts, provisional, confidence) <> (0, 0, 0)
        ) AS kept FULL JOIN (
            SELECT date_trunc('minute', created_at, 'UTC') AS minute, source,
                (CASE WHEN status = 2 THEN 4 ELSE coalesce(label + 1, 0) END)::smallint AS bucket,
                count(*)::numeric AS posts,
                count(*) FILTER (WHERE status = 0 AND label IS NOT NULL)::numeric AS provisional,
                coalesce(sum(round(confidence::float8 * 1e6)::bigint), 0) AS confidence
            FROM sentiments GROUP BY 1, 2, 3
            UNION ALL
            SELECT date_trunc('minute', created_at, 'UTC'), source, 5::smallint, count(*), 0, 0
            FROM (SELECT created_at, source FROM posts UNION ALL SELECT created_at, source FROM deleted_posts) AS accepted GROUP BY 1, 2
            UNION ALL
            SELECT date_trunc('minute', created_at, 'UTC'), source, 6::smallint, count(*), 0, 0 FROM deleted_posts GROUP BY 1, 2
        ) AS counted USING (minute, source, bucket)
        WHERE (kept.posts, kept.provisional, kept.confidence) IS DISTINCT FROM (counted.posts, counted.provisional, counted.confidence)
        """;

    public static void MapAccounting(this IEndpointRouteBuilder endpoints)
        => endpoints.MapGet("/accounting", GetAsync)
            .WithName("Accounting")
            .WithTags("Accounting")
            .WithSummary("Where every accepted post is: accepted = labelled + pending + dead + deleted, at any moment.")
            .ProducesProblem(StatusCodes.Status400BadRequest);

    private static async Task<Results<Ok<AccountingResponse>, ProblemHttpResult>> GetAsync(
        NpgsqlDataSource database,
        CancellationToken cancellationToken,
        [FromQuery, System.ComponentModel.Description("Also count the rows themselves and compare every roll-up with them; it reads all posts: true or false, false if not given.")] string? recount = null)
    {
        var validation = new Validation();
        var shallRecount = QueryText.Flag(recount, "recount", validation) ?? false;
        if (validation.Failed)
        {
            return validation.ToProblem();
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);

        // One snapshot for all questions: between two of them a post may be labelled.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var recounted = shallRecount ? await RecountAsync(connection, cancellationToken) : null;

        await using var command = new NpgsqlCommand(FromTotals, connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        var (accepted, labelled, pending, provisional, dead, deleted) =
            (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5));

        return TypedResults.Ok(new AccountingResponse(
            Balanced: accepted == labelled + pending + dead + deleted
                && (recounted is null || (recounted.WrongRollups == 0 && (recounted.Labelled, recounted.Pending, recounted.Provisional, recounted.Dead, recounted.Deleted) == (labelled, pending, provisional, dead, deleted))),
            accepted,
            labelled,
            pending,
            provisional,
            dead,
            deleted,
            OutboxSize: row.GetInt64(6),
            OldestPendingSeconds: row.IsDBNull(7) ? null : Math.Max(0, Math.Round(row.GetDouble(7), 3)),
            recounted));
    }

    private static async Task<AccountingRecount> RecountAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        long wrong;
        await using (var compare = new NpgsqlCommand(WrongRollups, connection) { CommandTimeout = RecountTimeoutSeconds })
        {
            wrong = (long)(await compare.ExecuteScalarAsync(cancellationToken))!;
        }

        await using var count = new NpgsqlCommand(FromRows, connection) { CommandTimeout = RecountTimeoutSeconds };
        await using var row = await count.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new AccountingRecount(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), wrong);
    }
}
