namespace SocialSentiment.Bench.Inference;

/// <summary>Resident memory over time.</summary>
/// <param name="Seconds">Since the beginning.</param>
internal readonly record struct MemorySample(double Seconds, double Megabytes)
{
    /// <summary>Megabytes per hour, by least squares.</summary>
    public static double Slope(IReadOnlyCollection<MemorySample> samples)
    {
        var (x, y) = (samples.Average(sample => sample.Seconds), samples.Average(sample => sample.Megabytes));
        return 3600 * samples.Sum(sample => (sample.Seconds - x) * (sample.Megabytes - y)) / samples.Sum(sample => (sample.Seconds - x) * (sample.Seconds - x));
    }
}
