namespace SocialSentiment.Vader;

/// <summary>
/// A verdict dressed as probabilities, for those who need them. VADER knows no probabilities: these are a convention of
/// ours, made so that they add up to 1, grow with the compound, and are highest for the label.
/// </summary>
public readonly record struct VaderDistribution(double Negative, double Neutral, double Positive)
{
    /// <summary>
    /// A compound of 1 is certain, one at the threshold a little better than even. What is missing goes to neutral, and
    /// to the other side as far as the text has words of that side.
    /// </summary>
    public static VaderDistribution Of(VaderScore score)
    {
        var strength = Math.Abs(score.Compound);
        if (score.Label == VaderLabel.Neutral)
        {
            // From certain at zero down to an even chance at the threshold; the sides share the rest by their words.
            var rest = 0.5 * strength / VaderScore.UsualThreshold;
            var sides = score.Positive + score.Negative;
            var positive = rest * (sides > 0 ? score.Positive / sides : 0.5);
            return new VaderDistribution(rest - positive, 1 - rest, positive);
        }

        var own = (1 + strength) / 2;
        var other = (1 - own) * (score.Label == VaderLabel.Positive ? score.Negative : score.Positive);
        var neutral = 1 - own - other;
        return score.Label == VaderLabel.Positive
            ? new VaderDistribution(other, neutral, own)
            : new VaderDistribution(own, neutral, other);
    }
}
