using SocialSentiment.Vader.Lexicon;
using SocialSentiment.Vader.Text;

namespace SocialSentiment.Vader.Rules;

/// <summary>Negations up to three words before a rated word.</summary>
internal static class Negation
{
    /// <summary>What a negation leaves of a valence: the opposite, and a little less of it.</summary>
    public const double Flip = -0.74;

    /// <summary>"Never so good" praises.</summary>
    private const double NeverSo = 1.25;

    /// <summary>What the word at <paramref name="distance"/> before the one at <paramref name="index"/> does to its valence.</summary>
    public static double Apply(in Sentence sentence, int index, int distance, double valence)
    {
        if (IsNeverSo(sentence, index, distance))
        {
            return valence * NeverSo;
        }

        return Negates(sentence, index - distance) && !IsWithoutDoubt(sentence, index, distance) ? valence * Flip : valence;
    }

    /// <summary>"Least" negates, unless it is "at least" or "very least".</summary>
    public static double ApplyLeast(in Sentence sentence, int index, double valence)
    {
        var negates = sentence.Is(index - 1, "least") && !sentence.Is(index - 2, "at") && !sentence.Is(index - 2, "very");
        return negates ? valence * Flip : valence;
    }

    /// <summary>"No" negates up to two words on, and a third after "or" or "nor": "no fun or great joy".</summary>
    public static bool IsAfterNo(in Sentence sentence, int index) =>
        sentence.Is(index - 1, "no")
        || sentence.Is(index - 2, "no")
        || (sentence.Is(index - 3, "no") && (sentence.Is(index - 1, "or") || sentence.Is(index - 1, "nor")));

    private static bool Negates(in Sentence sentence, int index) =>
        sentence.Term(index).Kind == TermKind.Negation || sentence.Text(index).Contains("n't", StringComparison.Ordinal);

    private static bool IsNeverSo(in Sentence sentence, int index, int distance) => distance switch
    {
        2 => sentence.Is(index - 2, "never") && IsSoOrThis(sentence, index - 1),
        // Three words back the reference asks for "never" only where "so" or "this" follows it at once.
        3 => (sentence.Is(index - 3, "never") && IsSoOrThis(sentence, index - 2)) || IsSoOrThis(sentence, index - 1),
        _ => false,
    };

    private static bool IsSoOrThis(in Sentence sentence, int index) => sentence.Is(index, "so") || sentence.Is(index, "this");

    private static bool IsWithoutDoubt(in Sentence sentence, int index, int distance) =>
        distance > 1
        && sentence.Is(index - distance, "without")
        && (sentence.Is(index - 1, "doubt") || (distance == 3 && sentence.Is(index - 2, "doubt")));
}
