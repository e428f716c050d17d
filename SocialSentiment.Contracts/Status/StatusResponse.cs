namespace SocialSentiment.Contracts.Status;

/// <summary>The answer of <c>GET /status</c>: who is answering, since when, and what it can reach.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Version">The running build.</param>
/// <param name="Environment">Development, Production or another.</param>
/// <param name="Instance">Which replica answered.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="UptimeSeconds">How long it has been up.</param>
/// <param name="Dependencies">What it depends on.</param>
public sealed record StatusResponse(
    string Service,
    string Version,
    string Environment,
    string Instance,
    DateTimeOffset StartedAt,
    double UptimeSeconds,
    IReadOnlyList<DependencyStatus> Dependencies);

/// <summary>One dependency of a service.</summary>
/// <param name="Name">The dependency.</param>
/// <param name="State">Whether it can be used.</param>
/// <param name="LatencyMs">How long it took to answer, or to fail.</param>
/// <param name="Description">In plain words; free of secrets.</param>
public sealed record DependencyStatus(string Name, DependencyState State, double LatencyMs, string? Description = null);
