namespace SocialSentiment.Evaluation.Metrics;

/// <summary>Whether a model is right as often as it says it is: of answers with a confidence of 0.8, 80 in 100 should be.</summary>
internal static class Calibration
{
    private const int Bins = 15;

    /// <summary>Answers of similar confidence together, the least sure first.</summary>
    public static IReadOnlyList<ConfidenceBin> Of(IEnumerable<(double Confidence, bool IsRight)> answers)
    {
        var bins = new (int Texts, int Right, double Confidence)[Bins];
        foreach (var (confidence, isRight) in answers)
        {
            ref var bin = ref bins[Math.Clamp((int)(confidence * Bins), 0, Bins - 1)];
            bin = (bin.Texts + 1, bin.Right + (isRight ? 1 : 0), bin.Confidence + confidence);
        }

        return [.. bins.Select(bin => new ConfidenceBin(bin.Texts, bin.Right, Interval.Round(bin.Confidence)))];
    }

    /// <summary>The expected calibration error: how far confidence and truth are apart, in the mean over all texts.</summary>
    public static double Error(IReadOnlyList<ConfidenceBin> bins)
        => Interval.Round(bins.Sum(bin => Math.Abs(bin.Right - bin.Confidence)) / Math.Max(1, bins.Sum(bin => bin.Texts)));
}

/// <param name="Texts">How many answers had about this confidence.</param>
/// <param name="Right">How many of them are right.</param>
/// <param name="Confidence">Their confidences together: how many of them should be right.</param>
internal sealed record ConfidenceBin(int Texts, int Right, double Confidence);
