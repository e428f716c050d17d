using System.ComponentModel.DataAnnotations;

namespace SocialSentiment.Api.RateLimits;

/// <summary>How much a caller may ask of one replica.</summary>
internal sealed class RateLimitOptions
{
    /// <summary>Of a key that has no limit of its own.</summary>
    [Range(1, 10_000_000)]
    public int RequestsPerMinute { get; set; } = 6_000;

    /// <summary>How many calls without a valid key an address may make in a second before it is told to wait.</summary>
    [Range(1, 10_000)]
    public int FailuresPerSecond { get; set; } = 20;
}
