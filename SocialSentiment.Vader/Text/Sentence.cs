using SocialSentiment.Vader.Lexicon;

namespace SocialSentiment.Vader.Text;

/// <summary>A text cut into words. Every question about a word outside the sentence is answered "no".</summary>
internal readonly ref struct Sentence
{
    private readonly ReadOnlySpan<char> _folded;
    private readonly ReadOnlySpan<Word> _words;

    /// <summary>Whether some words are in capitals while others are not: only then do capitals emphasize.</summary>
    private readonly bool _isMixedCase;

    private Sentence(ReadOnlySpan<char> folded, ReadOnlySpan<Word> words, bool isMixedCase)
    {
        _folded = folded;
        _words = words;
        _isMixedCase = isMixedCase;
    }

    public int Count => _words.Length;

    public static Sentence Parse(ReadOnlySpan<char> text, Vocabulary vocabulary, Scratch scratch)
    {
        // One more than the text, for the space after each word.
        var folded = Scratch.Span(scratch.Folded, text.Length + 1);
        var words = scratch.Words;
        words.Clear();

        var end = 0;
        var capitals = 0;
        foreach (var token in new Tokens(text))
        {
            var start = end;
            foreach (var c in token)
            {
                folded[end++] = Letters.Fold(c);
            }

            var term = vocabulary.Find(folded[start..end]);
            var word = new Word(start, token.Length, Letters.IsUpper(token), term);
            words.Add(word);
            folded[end++] = ' ';
            capitals += word.IsUpper ? 1 : 0;
        }

        return new Sentence(folded, Scratch.Span(words), capitals > 0 && capitals < words.Count);
    }

    /// <summary>The word in lower case.</summary>
    public ReadOnlySpan<char> Text(int index) => Phrase(index, index);

    /// <summary>Several words in lower case, a space between each two; empty when it would leave the sentence.</summary>
    public ReadOnlySpan<char> Phrase(int first, int last) =>
        first >= 0 && last < Count ? _folded[_words[first].Start.._words[last].End] : [];

    public bool Is(int index, string word) => Text(index).SequenceEqual(word);

    public Term Term(int index) => index >= 0 && index < Count ? _words[index].Term : default;

    public bool IsRated(int index) => Term(index).Kind == TermKind.Rated;

    /// <summary>Whether the word stands out by its capitals.</summary>
    public bool IsShouted(int index) => _isMixedCase && _words[index].IsUpper;

    /// <summary>The first place of the word, or -1.</summary>
    public int Find(string word)
    {
        for (var i = 0; i < Count; i++)
        {
            if (Is(i, word))
            {
                return i;
            }
        }

        return -1;
    }
}
