namespace SocialSentiment.Contracts.Status;

/// <summary>The answer of <c>/health</c> and <c>/alive</c>.</summary>
/// <param name="Status">The worst of all checks.</param>
/// <param name="DurationMs">How long the checks took together; they run side by side.</param>
/// <param name="Checks">Each dependency by name.</param>
public sealed record HealthResponse(HealthState Status, double DurationMs, IReadOnlyList<HealthCheckEntry> Checks);

/// <summary>One checked dependency.</summary>
/// <param name="Name">The dependency.</param>
/// <param name="Status">What was found.</param>
/// <param name="DurationMs">How long the check took.</param>
/// <param name="Description">In plain words; free of secrets.</param>
/// <param name="Error">The kind of error, when there was one.</param>
/// <param name="Detail">The error's own words, in Development only.</param>
public sealed record HealthCheckEntry(
    string Name,
    HealthState Status,
    double DurationMs,
    string? Description = null,
    string? Error = null,
    string? Detail = null);
