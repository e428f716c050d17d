using System.Collections.Frozen;
using System.Globalization;

namespace SocialSentiment.Vader.Lexicon;

/// <summary>Every single word that matters: the rated ones, the degree words and the negations.</summary>
internal sealed class Vocabulary
{
    private readonly FrozenDictionary<string, Term>.AlternateLookup<ReadOnlySpan<char>> _terms;

    private Vocabulary(Dictionary<string, Term> terms) =>
        _terms = terms.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    public static Vocabulary LoadEmbedded()
    {
        var terms = new Dictionary<string, Term>(StringComparer.Ordinal);
        foreach (var (word, rating) in EmbeddedList.Read("vader_lexicon.txt"))
        {
            terms.Add(word, new Term(TermKind.Rated, double.Parse(rating, CultureInfo.InvariantCulture)));
        }

        AddAll(DegreeWords.Boosters, new Term(TermKind.Degree, DegreeWords.Boost));
        AddAll(DegreeWords.Dampeners, new Term(TermKind.Degree, -DegreeWords.Boost));
        AddAll(NegationWords.All, new Term(TermKind.Negation));
        return new Vocabulary(terms);

        void AddAll(string[] words, Term term)
        {
            foreach (var word in words)
            {
                terms.Add(word, term);
            }
        }
    }

    /// <param name="word">In lower case: an entry with a capital, such as <c>:D</c>, is never found, as in the reference.</param>
    public Term Find(ReadOnlySpan<char> word) => _terms.TryGetValue(word, out var term) ? term : default;
}
