using System.Diagnostics;

namespace SocialSentiment.Api.RateLimits;

/// <summary>
/// A bucket of requests that refills evenly. It is kept as the one moment at which it will be full again, so that taking
/// from it is a single compare-and-swap: no lock, no timer, nothing to allocate.
/// </summary>
internal sealed class TokenBucket
{
    private readonly long _perToken;
    private readonly long _capacity;
    private long _fullAt;

    public TokenBucket(double perSecond, int size)
    {
        Size = size;
        _perToken = Math.Max(1, (long)(Stopwatch.Frequency / perSecond));
        _capacity = _perToken * size;
        _fullAt = long.MinValue;
    }

    public int Size { get; }

    /// <summary>Takes one request if there is one.</summary>
    /// <param name="now">The clock's timestamp.</param>
    public Take TryTake(long now)
    {
        while (true)
        {
            var fullAt = Interlocked.Read(ref _fullAt);
            var after = Math.Max(fullAt, now) + _perToken;
            if (after - now > _capacity)
            {
                return new Take(Granted: false, 0, Seconds(after - now - _capacity), Seconds(fullAt - now));
            }

            if (Interlocked.CompareExchange(ref _fullAt, after, fullAt) == fullAt)
            {
                return new Take(Granted: true, (int)((_capacity - (after - now)) / _perToken), 0, Seconds(after - now));
            }
        }
    }

    /// <summary>In whole seconds, rounded up: who comes back then finds what was promised.</summary>
    private static int Seconds(long ticks) => (int)((ticks + Stopwatch.Frequency - 1) / Stopwatch.Frequency);
}

/// <summary>What became of a request at its bucket.</summary>
/// <param name="Granted">Whether it may go on.</param>
/// <param name="Remaining">How many more may follow at once.</param>
/// <param name="RetryAfter">In how many seconds there is one again.</param>
/// <param name="FullAfter">In how many seconds the bucket is full again.</param>
internal readonly record struct Take(bool Granted, int Remaining, int RetryAfter, int FullAfter);
