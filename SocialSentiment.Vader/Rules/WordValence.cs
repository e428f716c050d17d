using SocialSentiment.Vader.Lexicon;
using SocialSentiment.Vader.Text;

namespace SocialSentiment.Vader.Rules;

/// <summary>What one word contributes: its rating, as changed by capitals and by the three words before it.</summary>
internal static class WordValence
{
    /// <summary>What capitals add.</summary>
    private const double Shout = 0.733;

    /// <summary>How far back a word is heard.</summary>
    private const int Reach = 3;

    public static double Of(in Sentence sentence, int index)
    {
        // "Kind" is rated, but "kind of" dampens.
        if (!sentence.IsRated(index) || (sentence.Is(index, "kind") && sentence.Is(index + 1, "of")))
        {
            return 0;
        }

        var valence = Rating(sentence, index);
        if (sentence.IsShouted(index))
        {
            valence += valence > 0 ? Shout : -Shout;
        }

        for (var distance = 1; distance <= Reach && distance <= index; distance++)
        {
            if (sentence.IsRated(index - distance))
            {
                continue;
            }

            valence += Degree(sentence, index, distance, valence);
            valence = Negation.Apply(sentence, index, distance, valence);
            if (distance == Reach)
            {
                valence = Idioms.Apply(sentence, index, valence);
            }
        }

        return Negation.ApplyLeast(sentence, index, valence);
    }

    private static double Rating(in Sentence sentence, int index)
    {
        var rating = sentence.Term(index).Weight;
        if (Negation.IsAfterNo(sentence, index))
        {
            return rating * Negation.Flip;
        }

        // Before a rated word "no" is a mere negation.
        return sentence.Is(index, "no") && sentence.IsRated(index + 1) ? 0 : rating;
    }

    /// <summary>What a degree word adds; less from further away.</summary>
    private static double Degree(in Sentence sentence, int index, int distance, double valence)
    {
        var term = sentence.Term(index - distance);
        if (term.Kind != TermKind.Degree)
        {
            return 0;
        }

        var degree = valence < 0 ? -term.Weight : term.Weight;
        if (sentence.IsShouted(index - distance))
        {
            degree += valence > 0 ? Shout : -Shout;
        }

        return distance switch
        {
            1 => degree,
            2 => degree * 0.95,
            _ => degree * 0.9,
        };
    }
}
