using Npgsql;
using NpgsqlTypes;
using SocialSentiment.Contracts.Events;

namespace SocialSentiment.Api.Events;

/// <summary>Something that happened to a post, about to be written down.</summary>
internal readonly record struct NewEvent(PostEventKind Kind, Guid PostId, int Revision, DateTimeOffset At, string? TraceParent);

/// <summary>
/// The log behind the live feed. A listener that has seen number 7 must never later find a new number 6, so numbers are
/// given in the order of commits: under a lock that is held from the first number to the end of the transaction.
/// Therefore append last, and commit at once.
/// </summary>
internal static class EventJournal
{
    private const long Lock = 7_270_001;

    /// <summary>Appends events to the transaction that is open on the connection; the answer is the last one's number.</summary>
    public static async Task<long> AppendAsync(NpgsqlConnection connection, IReadOnlyList<NewEvent> events, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT pg_advisory_xact_lock($1)") { Parameters = { new() { Value = Lock } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            WITH appended AS (
                INSERT INTO events (kind, post_id, revision, at, trace_parent)
                SELECT * FROM unnest($1, $2, $3, $4, $5)
                RETURNING id
            )
            SELECT max(id) FROM appended
            """)
        {
            Parameters =
            {
                new() { Value = events.Select(e => (short)e.Kind).ToArray() },
                new() { Value = events.Select(e => e.PostId).ToArray() },
                new() { Value = events.Select(e => e.Revision).ToArray() },
                new() { Value = events.Select(e => e.At).ToArray() },
                new() { Value = events.Select(e => e.TraceParent).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            },
        });

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetInt64(0);
    }
}
