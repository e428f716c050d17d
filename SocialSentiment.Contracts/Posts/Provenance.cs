namespace SocialSentiment.Contracts.Posts;

/// <summary>Who says so: everything needed to trace a label back to what made it.</summary>
/// <param name="Model">The model's key in the catalog.</param>
/// <param name="Version">The exact version of the model.</param>
/// <param name="Precision">The arithmetic it ran in (<c>fp32</c>, <c>int8</c>), or <c>rules</c> for an analyzer without a network.</param>
/// <param name="Attempt">Which attempt succeeded, counted from 1.</param>
/// <param name="Worker">The replica that ran it.</param>
/// <param name="TraceId">The trace that shows the post's way.</param>
/// <param name="DurationMs">How long the analysis itself took.</param>
/// <param name="AnalysedAt">When it was made.</param>
public sealed record Provenance(
    string Model,
    string Version,
    string Precision,
    int Attempt,
    string Worker,
    string? TraceId,
    double DurationMs,
    DateTimeOffset AnalysedAt);
