using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace SocialSentiment.Api.RateLimits;

/// <summary>
/// The limit of one key. A sixth of a minute's requests may come at once: enough for a page that asks for many things or
/// a batch job that starts, and still no more than ten seconds' worth of work piles up.
/// </summary>
internal sealed class KeyLimit(int perMinute)
{
    private const int WindowSeconds = 10;

    // Refilled evenly at the key's own pace, so that over a minute it is never more than that and one bucket.
    private readonly TokenBucket _bucket = new(perMinute / 60.0, Math.Max(1, (int)Math.Ceiling(perMinute * (WindowSeconds / 60.0))));

    public int PerMinute => perMinute;

    /// <summary>For the header <c>RateLimit-Limit</c>: what may come at once.</summary>
    public StringValues Size => field.Count > 0 ? field : field = new StringValues(_bucket.Size.ToString(CultureInfo.InvariantCulture));

    public Take TryTake(long now) => _bucket.TryTake(now);
}
