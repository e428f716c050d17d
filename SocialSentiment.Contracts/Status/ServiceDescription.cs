namespace SocialSentiment.Contracts.Status;

/// <summary>The answer of <c>GET /</c>: what this is and where to go from here.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Version">The running build.</param>
/// <param name="Links">Paths worth knowing, by what they lead to.</param>
public sealed record ServiceDescription(string Service, string Version, IReadOnlyDictionary<string, string> Links);
