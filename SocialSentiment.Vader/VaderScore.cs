namespace SocialSentiment.Vader;

/// <summary>What VADER makes of one text.</summary>
/// <param name="Compound">The verdict, from -1 (most negative) to 1 (most positive), to four decimals.</param>
/// <param name="Positive">The share of the text that is positive, to three decimals.</param>
/// <param name="Neutral">The share of the text that is neutral, to three decimals.</param>
/// <param name="Negative">The share of the text that is negative, to three decimals.</param>
public readonly record struct VaderScore(double Compound, double Positive, double Neutral, double Negative)
{
    /// <summary>How far from zero <see cref="Compound"/> must be for a text to count as anything but neutral.</summary>
    public const double UsualThreshold = 0.05;

    /// <summary>The label that <see cref="UsualThreshold"/> gives.</summary>
    public VaderLabel Label => LabelAt(UsualThreshold);

    /// <summary>The label at a threshold of one's own; a compound that reaches it exactly is not neutral.</summary>
    public VaderLabel LabelAt(double threshold)
    {
        // Written so that NaN is refused too. A threshold of zero would call a compound of zero positive.
        if (!(threshold is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "The threshold lies above 0, and is at most 1.");
        }

        return Compound >= threshold ? VaderLabel.Positive
            : Compound <= -threshold ? VaderLabel.Negative
            : VaderLabel.Neutral;
    }
}
