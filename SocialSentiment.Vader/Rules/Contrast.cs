namespace SocialSentiment.Vader.Rules;

/// <summary>What stands before "but" counts half, what follows counts half as much again.</summary>
internal static class Contrast
{
    private const double Before = 0.5, After = 1.5;

    /// <summary>
    /// Reweighs the valences in place. As in the reference, each valence stands for the first word that has the same
    /// valence at that moment, so that of two equal words the earlier may be reweighed twice and the later not at all.
    /// </summary>
    public static void Apply(Span<double> valences, int but)
    {
        foreach (var valence in valences)
        {
            // Reweighing nothing leaves nothing, so most words need no search.
            if (valence == 0)
            {
                continue;
            }

            var first = valences.IndexOf(valence);
            if (first < but)
            {
                valences[first] = valence * Before;
            }
            else if (first > but)
            {
                valences[first] = valence * After;
            }
        }
    }
}
