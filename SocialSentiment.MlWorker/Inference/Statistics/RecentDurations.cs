namespace SocialSentiment.MlWorker.Inference.Statistics;

/// <summary>
/// How long things took in the last minute or two, as percentiles, to within a tenth. Recording takes no lock and
/// allocates nothing.
/// </summary>
internal sealed class RecentDurations(TimeProvider time)
{
    private const double Smallest = 1e-5;
    private const double Growth = 1.1;
    private const int Buckets = 170;
    private static readonly TimeSpan s_period = TimeSpan.FromMinutes(1);
    private static readonly double s_perBucket = 1 / Math.Log(Growth);

    private long _since = time.GetTimestamp();
    private long[] _current = new long[Buckets];
    private long[] _previous = new long[Buckets];

    public void Record(TimeSpan duration)
    {
        TurnOver();
        var bucket = duration.TotalSeconds <= Smallest ? 0 : (int)(Math.Log(duration.TotalSeconds / Smallest) * s_perBucket) + 1;
        Interlocked.Increment(ref Volatile.Read(ref _current)[Math.Min(bucket, Buckets - 1)]);
    }

    /// <summary>In milliseconds; none when nothing was recorded.</summary>
    public double? Percentile(double share)
    {
        TurnOver();
        var (current, previous) = (Volatile.Read(ref _current), Volatile.Read(ref _previous));
        var rank = (long)Math.Ceiling(share * (current.Sum() + previous.Sum()));
        if (rank == 0)
        {
            return null;
        }

        var seen = 0L;
        for (var i = 0; i < Buckets; i++)
        {
            seen += current[i] + previous[i];
            if (seen >= rank)
            {
                // The middle of the bucket.
                return 1_000 * Smallest * Math.Pow(Growth, i - 0.5);
            }
        }

        return null;
    }

    private void TurnOver()
    {
        var since = Volatile.Read(ref _since);
        var elapsed = time.GetElapsedTime(since);
        if (elapsed < s_period || Interlocked.CompareExchange(ref _since, time.GetTimestamp(), since) != since)
        {
            return;
        }

        _previous = elapsed < 2 * s_period ? _current : new long[Buckets];
        _current = new long[Buckets];
    }
}
