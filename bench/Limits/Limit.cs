namespace SocialSentiment.Bench.Limits;

/// <summary>One limit of the machine.</summary>
internal sealed record Limit(string Key, string Name, double PerSecond);
