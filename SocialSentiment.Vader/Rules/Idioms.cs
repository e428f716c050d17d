using SocialSentiment.Vader.Lexicon;
using SocialSentiment.Vader.Text;

namespace SocialSentiment.Vader.Rules;

/// <summary>Phrases whose sense their words do not add up to; they replace the valence of the rated word they surround.</summary>
internal static class Idioms
{
    public static double Apply(in Sentence sentence, int index, double valence)
    {
        var two = sentence.Phrase(index - 2, index - 1);
        var earlierTwo = sentence.Phrase(index - 3, index - 2);

        valence = Find(sentence.Phrase(index - 1, index))
            ?? Find(sentence.Phrase(index - 2, index))
            ?? Find(two)
            ?? Find(sentence.Phrase(index - 3, index - 1))
            ?? Find(earlierTwo)
            ?? valence;
        valence = Find(sentence.Phrase(index, index + 1)) ?? valence;
        valence = Find(sentence.Phrase(index, index + 2)) ?? valence;

        var dampened = DegreeWords.IsDampeningPair(two) || DegreeWords.IsDampeningPair(earlierTwo);
        return dampened ? valence - DegreeWords.Boost : valence;
    }

    private static double? Find(ReadOnlySpan<char> phrase) => phrase switch
    {
        "the shit" or "the bomb" or "to die for" => 3,
        "beating heart" => 3.1,
        "bad ass" => 1.5,
        "bus stop" => 0,
        "kiss of death" => -1.5,
        "yeah right" => -2,
        "broken heart" => -2.9,
        _ => null,
    };
}
