using System.Diagnostics;
using SocialSentiment.Api.RateLimits;
using Xunit;

namespace SocialSentiment.Api.Tests.RateLimits;

public sealed class TokenBucketTests
{
    [Fact]
    public void What_it_holds_may_come_at_once_and_then_it_refills_evenly()
    {
        var bucket = new TokenBucket(perSecond: 2, size: 3);
        var now = 5 * Stopwatch.Frequency;

        Assert.Equal([2, 1, 0], Enumerable.Range(0, 3).Select(_ => bucket.TryTake(now)).Where(take => take.Granted).Select(take => take.Remaining));
        Assert.Equal(new Take(false, 0, 1, 2), bucket.TryTake(now));
        Assert.False(bucket.TryTake(now + (Stopwatch.Frequency / 2) - 1).Granted);
        Assert.True(bucket.TryTake(now + (Stopwatch.Frequency / 2)).Granted);
        Assert.False(bucket.TryTake(now + (Stopwatch.Frequency / 2)).Granted);
    }

    [Fact]
    public void It_never_holds_more_than_its_size()
    {
        var bucket = new TokenBucket(perSecond: 100, size: 3);
        var later = 1_000 * Stopwatch.Frequency;
        bucket.TryTake(0);

        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => bucket.TryTake(later).Granted));
    }

    [Fact]
    public void Many_at_once_get_exactly_what_is_there()
    {
        var bucket = new TokenBucket(perSecond: 1, size: 500);
        var granted = 0;

        Parallel.For(0, 5_000, _ =>
        {
            if (bucket.TryTake(0).Granted)
            {
                Interlocked.Increment(ref granted);
            }
        });

        Assert.Equal(500, granted);
    }
}
