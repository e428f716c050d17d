namespace SocialSentiment.Bench;

/// <summary>Percentiles of a set of measurements, in their own unit.</summary>
public sealed record Percentiles(int Count, double P50, double P95, double P99, double Max)
{
    public static Percentiles Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0
            ? new Percentiles(0, 0, 0, 0, 0)
            : new Percentiles(sorted.Length, At(0.50), At(0.95), At(0.99), sorted[^1]);

        // Nearest rank: always a value that was measured.
        double At(double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}
