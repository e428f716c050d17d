using SocialSentiment.Vader.Lexicon;
using SocialSentiment.Vader.Rules;
using SocialSentiment.Vader.Text;

namespace SocialSentiment.Vader;

/// <summary>
/// Scores the sentiment of English social-media text with VADER: a lexicon of rated words and a handful of rules. Scores
/// equal those of the Python reference, digit for digit, its quirks included.
/// </summary>
/// <remarks>
/// Safe for use from many threads at once; a call allocates nothing once its thread has made a few. Time grows with the
/// length of the text, and with its square where "but" is among thousands of rated words: bound what you let in.
/// </remarks>
public sealed class VaderAnalyzer
{
    /// <summary>The version of the Python reference that this equals.</summary>
    public const string ReferenceVersion = "3.3.2";

    private readonly Vocabulary _vocabulary;
    private readonly EmojiNames _emoji;

    private VaderAnalyzer(Vocabulary vocabulary, EmojiNames emoji)
    {
        _vocabulary = vocabulary;
        _emoji = emoji;
    }

    /// <summary>The analyzer over the embedded lexicon, loaded on first use.</summary>
    public static VaderAnalyzer Default { get; } = new(Vocabulary.LoadEmbedded(), EmojiNames.LoadEmbedded());

    public VaderScore Analyze(ReadOnlySpan<char> text)
    {
        var scratch = Scratch.ForThisThread();
        var expanded = _emoji.Expand(text, scratch.Expanded);
        var sentence = Sentence.Parse(expanded, _vocabulary, scratch);

        var valences = scratch.Valences;
        valences.Clear();
        for (var i = 0; i < sentence.Count; i++)
        {
            valences.Add(WordValence.Of(sentence, i));
        }

        var score = Score(sentence, Scratch.Span(valences), PunctuationEmphasis.Of(expanded));
        scratch.Trim();
        return score;
    }

    private static VaderScore Score(in Sentence sentence, Span<double> valences, double emphasis)
    {
        if (sentence.Find("but") is >= 0 and var but)
        {
            Contrast.Apply(valences, but);
        }

        return Scoring.Combine(valences, emphasis);
    }
}
