namespace SocialSentiment.Vader.Rules;

/// <summary>Makes one score of the words' valences, adding up in the reference's order so that not even the last bit differs.</summary>
internal static class Scoring
{
    /// <summary>About the largest sum of valences to be expected, squared: it bends the sum into -1 to 1.</summary>
    private const double Alpha = 15;

    public static VaderScore Combine(ReadOnlySpan<double> valences, double emphasis)
    {
        if (valences.IsEmpty)
        {
            return default;
        }

        double sum = 0, positive = 0, negative = 0;
        var neutral = 0;
        foreach (var valence in valences)
        {
            sum += valence;
            // One is added to weigh a rated word against a neutral word, which counts one.
            if (valence > 0)
            {
                positive += valence + 1;
            }
            else if (valence < 0)
            {
                negative += 1 - valence;
            }
            else
            {
                neutral++;
            }
        }

        if (positive > negative)
        {
            positive += emphasis;
        }
        else if (positive < negative)
        {
            negative += emphasis;
        }

        var total = positive + negative + neutral;
        return new VaderScore(
            DecimalRounding.ToFour(Normalize(sum + (emphasis * Math.Sign(sum)))),
            DecimalRounding.ToThree(positive / total),
            DecimalRounding.ToThree(neutral / total),
            DecimalRounding.ToThree(negative / total));
    }

    private static double Normalize(double sum) => Math.Clamp(sum / Math.Sqrt((sum * sum) + Alpha), -1, 1);
}
