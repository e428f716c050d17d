namespace SocialSentiment.Contracts.Database;

/// <summary>The state of the database.</summary>
/// <param name="Reachable">Whether it answers.</param>
/// <param name="LatencyMs">How long it took to answer.</param>
/// <param name="ServerVersion">The server's version.</param>
/// <param name="Migration">The newest migration that is applied.</param>
/// <param name="PendingMigrations">How many are not yet.</param>
/// <param name="Connections">How many connections are open to it.</param>
/// <param name="SizeBytes">How much room it takes.</param>
/// <param name="Tables">Its tables, the largest first.</param>
/// <param name="Error">Why it does not answer.</param>
public sealed record DatabaseHealthResponse(
    bool Reachable,
    double LatencyMs,
    string? ServerVersion = null,
    string? Migration = null,
    int? PendingMigrations = null,
    int? Connections = null,
    long? SizeBytes = null,
    IReadOnlyList<TableSize>? Tables = null,
    string? Error = null);

/// <summary>A table of the database.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">How many rows it has, as PostgreSQL estimates.</param>
/// <param name="SizeBytes">How much room it takes with its indexes.</param>
public sealed record TableSize(string Name, long Rows, long SizeBytes);
