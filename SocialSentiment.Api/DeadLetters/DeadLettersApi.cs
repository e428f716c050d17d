using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using SocialSentiment.Api.Data;
using SocialSentiment.Api.Data.Entities;
using SocialSentiment.Api.Events;
using SocialSentiment.Api.Http;
using SocialSentiment.Api.Outbox;
using SocialSentiment.Api.Posts;
using SocialSentiment.Contracts.DeadLetters;
using SocialSentiment.Contracts.Events;
using SocialSentiment.ServiceDefaults.Http;

namespace SocialSentiment.Api.DeadLetters;

/// <summary>What nobody could work on: to look at, and to send on its way again.</summary>
internal static class DeadLettersApi
{
    private const int BodyShown = 4_096;

    public static void MapDeadLetters(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/dead-letters").WithTags("Dead letters");

        group.MapGet("", ListAsync)
            .WithName("ListDeadLetters")
            .WithSummary("Messages that nobody could work on, newest first, with the reason.")
            .ProducesProblem(StatusCodes.Status400BadRequest);

        group.MapPost("/{id:guid}/replay", ReplayAsync)
            .WithName("ReplayDeadLetter")
            .WithSummary("Sends a dead letter on its way again; its post is pending again. A dead letter is replayed once: should it die again, it is a new one.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Ok<DeadLetterPage>, ProblemHttpResult>> ListAsync(
        SentimentDbContext db,
        CancellationToken cancellationToken,
        [FromQuery, System.ComponentModel.Description("How many, from 1 to 200; 50 if not given.")] string? limit = null,
        [FromQuery, System.ComponentModel.Description("The `next` of the page before.")] string? after = null)
    {
        var validation = new Validation();
        var take = QueryText.Number(limit, "limit", byDefault: 50, least: 1, most: 200, validation);
        var cursor = QueryText.Cursor(after, "after", validation);
        if (validation.Failed)
        {
            return validation.ToProblem();
        }

        var letters = db.DeadLetters.AsNoTracking();
        if (cursor is { } from)
        {
            letters = letters.Where(letter => letter.Id < from.Id);
        }

        var page = await letters.OrderByDescending(letter => letter.Id).Take(take + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(new DeadLetterPage(
            [.. page.Take(take).Select(ToResponse)],
            PageCursor.Next(page, take, letter => new PageCursor(letter.DiedAt, letter.Id))));
    }

    private static DeadLetterResponse ToResponse(DeadLetter letter)
    {
        var body = Encoding.UTF8.GetString(letter.Body);
        return new DeadLetterResponse(
            letter.Id,
            letter.Queue,
            letter.Reason,
            letter.Error,
            letter.Attempts,
            letter.PostId,
            body.Length > BodyShown ? body[..BodyShown] : body,
            letter.DiedAt,
            letter.ReplayedAt);
    }

    private static async Task<Results<Accepted<DeadLetterResponse>, ProblemHttpResult>> ReplayAsync(
        Guid id, SentimentDbContext db, NpgsqlDataSource database, OutboxDispatcher outbox, EventFeed feed, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await db.DeadLetters.AsNoTracking().SingleOrDefaultAsync(letter => letter.Id == id, cancellationToken) is not { } letter)
        {
            return TypedResults.Problem("There is no such dead letter.", statusCode: StatusCodes.Status404NotFound);
        }

        if (letter.PostId is null)
        {
            return TypedResults.Problem("It can be looked at but not replayed: it belongs to no post.", statusCode: StatusCodes.Status409Conflict);
        }

        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await ClaimAsync(connection, id, now, cancellationToken))
        {
            return TypedResults.Problem("It has been replayed already.", statusCode: StatusCodes.Status409Conflict);
        }

        if (await ReviveAsync(connection, letter, now, cancellationToken) is not { } revision)
        {
            return TypedResults.Problem("Its post has been deleted, edited or replayed since; there is nothing to send.", statusCode: StatusCodes.Status409Conflict);
        }

        var position = await EventJournal.AppendAsync(
            connection, [new NewEvent(PostEventKind.Replayed, letter.PostId.Value, revision, now, TraceParents.Current(traced: true))], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        outbox.Wake();
        feed.Announce(position);
        letter.ReplayedAt = now;
        return TypedResults.Accepted($"/posts/{letter.PostId}", ToResponse(letter));
    }

    /// <summary>Of two who replay the same letter at once, one wins.</summary>
    private static async Task<bool> ClaimAsync(NpgsqlConnection connection, Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var claim = new NpgsqlCommand("UPDATE dead_letters SET replayed_at = $2 WHERE id = $1 AND replayed_at IS NULL", connection);
        claim.Parameters.Add(new() { Value = id });
        claim.Parameters.Add(new() { Value = now });
        return await claim.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>The post is pending again, with a new job: whatever is left of the old one no longer counts.</summary>
    private static async Task<int?> ReviveAsync(NpgsqlConnection connection, DeadLetter letter, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var revive = new NpgsqlCommand(
            """
            WITH due AS (
                SELECT post_id, revision, created_at, source FROM sentiments WHERE post_id = $1 AND job_id = $2 AND status = 2 FOR UPDATE
            ), revived AS (
                UPDATE sentiments s SET status = 0, job_id = $3, dead_reason = NULL, accepted_at = $4, enqueued_at = $4, enqueues = 1
                FROM due d WHERE s.post_id = d.post_id
            ), enqueued AS (
                INSERT INTO outbox (post_id, revision, job_id, trace_parent, priority, created_at) SELECT post_id, revision, $3, $5, 5, $4 FROM due
            ), counted AS (
                INSERT INTO rollup_deltas (minute, source, bucket, posts, provisional, confidence)
                SELECT date_trunc('minute', created_at, 'UTC'), source, bucket, change, 0, 0
                FROM due CROSS JOIN (VALUES (4::smallint, -1), (0::smallint, 1)) AS b (bucket, change)
            )
            SELECT revision FROM due
            """,
            connection);
        revive.Parameters.Add(new() { Value = letter.PostId!.Value });
        revive.Parameters.Add(new() { Value = letter.JobId!.Value });
        revive.Parameters.Add(new() { Value = Guid.CreateVersion7(now) });
        revive.Parameters.Add(new() { Value = now });
        revive.Parameters.Add(new() { Value = (object?)TraceParents.Current(traced: true) ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        return (int?)await revive.ExecuteScalarAsync(cancellationToken);
    }
}
