using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace SocialSentiment.Api.RateLimits;

/// <summary>
/// The limit of one key. A sixth of a minute's requests may come at once: enough for a page that asks for many things or
/// a batch job that starts, and still no more than ten seconds' worth of work piles up. The rest comes evenly.
/// </summary>
internal sealed class KeyLimit
{
    private const int BucketsPerMinute = 6;
    private const double SecondsPerMinute = 60;

    private readonly TokenBucket _bucket;

    public KeyLimit(int perMinute)
    {
        PerMinute = perMinute;
        _bucket = new TokenBucket(perMinute / SecondsPerMinute, (perMinute + BucketsPerMinute - 1) / BucketsPerMinute);
        Size = _bucket.Size.ToString(CultureInfo.InvariantCulture);
    }

    public int PerMinute { get; }

    /// <summary>What may come at once, for the header.</summary>
    public StringValues Size { get; }

    public Take TryTake(long now) => _bucket.TryTake(now);
}
