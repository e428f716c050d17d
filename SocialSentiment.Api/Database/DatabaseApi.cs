using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using SocialSentiment.Api.Data;
using SocialSentiment.Contracts.Database;

namespace SocialSentiment.Api.Database;

/// <summary>What an operator wants to know of the database without a database tool.</summary>
internal static class DatabaseApi
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public static void MapDatabase(this IEndpointRouteBuilder endpoints)
        => endpoints.MapGet("/db/health", GetAsync)
            .WithName("DatabaseHealth")
            .WithTags("Health")
            .WithSummary("The database: whether it answers and how fast, its schema, its size.")
            .Produces<DatabaseHealthResponse>()
            .Produces<DatabaseHealthResponse>(StatusCodes.Status503ServiceUnavailable);

    private static async Task<JsonHttpResult<DatabaseHealthResponse>> GetAsync(
        SentimentDbContext db, NpgsqlDataSource database, IHostEnvironment environment, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        var started = Stopwatch.GetTimestamp();
        try
        {
            return TypedResults.Json(await AskAsync(db, database, patience.Token));
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && (DatabaseErrors.IsTransient(error) || error is OperationCanceledException))
        {
            // The words of the error may hold the address; on a developer's machine that is what one wants.
            var words = environment.IsDevelopment() ? error.GetBaseException().Message : "It does not answer.";
            return TypedResults.Json(
                new DatabaseHealthResponse(Reachable: false, Milliseconds(started), Error: words),
                statusCode: (int)HttpStatusCode.ServiceUnavailable);
        }
    }

    private static async Task<DatabaseHealthResponse> AskAsync(SentimentDbContext db, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var started = Stopwatch.GetTimestamp();
        string version;
        int connections;
        long size;
        await using (var ask = new NpgsqlCommand(
            "SELECT current_setting('server_version'), (SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database()), pg_database_size(current_database())",
            connection))
        {
            await using var row = await ask.ExecuteReaderAsync(cancellationToken);
            await row.ReadAsync(cancellationToken);
            (version, connections, size) = (row.GetString(0), row.GetInt32(1), row.GetInt64(2));
        }

        var latency = Milliseconds(started);
        var tables = new List<TableSize>();
        await using (var ask = new NpgsqlCommand(
            """
            SELECT c.relname, greatest(c.reltuples, 0)::bigint, pg_total_relation_size(c.oid)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND n.nspname = current_schema() ORDER BY 3 DESC
            """,
            connection))
        {
            await using var rows = await ask.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                tables.Add(new TableSize(rows.GetString(0), rows.GetInt64(1), rows.GetInt64(2)));
            }
        }

        var applied = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).ToArray();
        return new DatabaseHealthResponse(
            Reachable: true,
            latency,
            version,
            applied.LastOrDefault(),
            db.Database.GetMigrations().Except(applied).Count(),
            connections,
            size,
            tables);
    }

    private static double Milliseconds(long since) => Math.Round(Stopwatch.GetElapsedTime(since).TotalMilliseconds, 2);
}
