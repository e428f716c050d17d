namespace SocialSentiment.Testing;

/// <summary>A request as the stand-in has seen it.</summary>
public sealed record HubRequest(string Path, bool OnCdn, string? Range, string? IfRange, string? Authorization);
