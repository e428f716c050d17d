using System.Net.Sockets;
using Npgsql;

namespace SocialSentiment.Api.Data;

/// <summary>Tells a database that is away, overloaded or in a lock conflict from one that says no.</summary>
internal static class DatabaseErrors
{
    public static bool IsTransient(Exception error) => error switch
    {
        // Connection failures, rollbacks by conflict, too few resources, locks, operator's intervention, system errors.
        PostgresException { SqlState: { Length: 5 } state } => state[..2] is "08" or "40" or "53" or "55" or "57" or "58" || state == "25P03",
        NpgsqlException or SocketException or TimeoutException or IOException => true,
        { InnerException: { } inner } => IsTransient(inner),
        _ => false,
    };

    /// <summary>Trying again at once is worth it: another transaction was in the way.</summary>
    public static bool IsConflict(Exception error)
        => error is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };
}
