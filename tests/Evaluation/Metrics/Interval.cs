namespace SocialSentiment.Evaluation.Metrics;

/// <summary>A measure and where it lies in 95 of 100 sets of texts like this one; to four places, as it is written down.</summary>
internal sealed record Interval(double Value, double Low, double High)
{
    public static Interval Rounded(double value, double low, double high) => new(Round(value), Round(low), Round(high));

    public static double Round(double value) => Math.Round(value, 4);
}
