using System.Text;

namespace SocialSentiment.TestModels.Tokenizers;

/// <summary>
/// A vocabulary of BERT's kind: special tokens, letters and digits that stand alone or go on a word, punctuation, English
/// words, emoji. A small one puts the special tokens elsewhere than the real models do, to catch who takes their ids for
/// granted. Texts are put in small letters and split as BERT does it, but accents stay and Chinese is not set apart.
/// </summary>
public sealed class WordPieceVocabulary : ITestTokenizer
{
    public const string Pad = "[PAD]";
    public const string Unknown = "[UNK]";
    public const string Start = "[CLS]";
    public const string End = "[SEP]";
    public const string Mask = "[MASK]";

    private const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
    private const string Alphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789";

    private readonly Dictionary<string, int> _ids;

    private WordPieceVocabulary(IReadOnlyList<string> tokens)
    {
        Tokens = tokens;
        _ids = tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id);
    }

    /// <summary>The tokens in the order of their ids.</summary>
    public IReadOnlyList<string> Tokens { get; }

    public static IReadOnlyList<string> SpecialTokens { get; } = [Pad, Unknown, Start, End, Mask];

    /// <summary>As few tokens as needed.</summary>
    public static WordPieceVocabulary Small() => new([.. SpecialTokens, .. Known()]);

    /// <summary>A vocabulary of the real size, the special tokens where the real ones are.</summary>
    /// <param name="words">Words or tokens to know, the most frequent first.</param>
    public static WordPieceVocabulary Large(int size, IEnumerable<string> words)
    {
        var unused = Enumerable.Range(0, 99).Select(i => $"[unused{i}]");
        IEnumerable<string> tokens = [Pad, .. unused, Unknown, Start, End, Mask, .. Known()];
        return new([.. tokens.Concat(words).Concat(MadeUpWords.Endless()).Distinct().Take(size)]);
    }

    public int IdOf(string token) => _ids[token];

    public int[] Encode(string text) => [_ids[Start], .. EncodePlain(text), _ids[End]];

    public int[] EncodePlain(string text) => [.. Split(text).SelectMany(Pieces)];

    private static IEnumerable<string> Known()
    {
        var letters = Alphanumeric.Select(letter => letter.ToString());
        string[] endings = ["##s", "##ed", "##ing", "##ly", "##er", "##n", "##t"];
        return
        [
            .. new[]
            {
                Punctuation.Select(mark => mark.ToString()), letters, letters.Select(letter => "##" + letter), endings,
                EnglishWords.All, EnglishWords.Emoji,
            }.SelectMany(group => group).Distinct(),
        ];
    }

    /// <summary>Words in small letters, and every punctuation mark by itself.</summary>
    private static IEnumerable<string> Split(string text)
    {
        var word = new StringBuilder();
        foreach (var rune in text.ToLowerInvariant().EnumerateRunes())
        {
            var mark = Rune.IsPunctuation(rune) || (rune.IsAscii && Punctuation.Contains((char)rune.Value, StringComparison.Ordinal));
            if ((mark || Rune.IsWhiteSpace(rune)) && word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }

            if (mark)
            {
                yield return rune.ToString();
            }
            else if (!Rune.IsWhiteSpace(rune))
            {
                word.Append(rune);
            }
        }

        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }

    /// <summary>The longest token first, then the longest that goes on; a word with a gap is unknown as a whole.</summary>
    private List<int> Pieces(string word)
    {
        List<int> pieces = [];
        for (var start = 0; start < word.Length;)
        {
            var length = word.Length - start;
            var id = 0;
            while (length > 0 && !_ids.TryGetValue((start > 0 ? "##" : "") + word[start..(start + length)], out id))
            {
                length--;
            }

            if (length == 0)
            {
                return [_ids[Unknown]];
            }

            pieces.Add(id);
            start += length;
        }

        return pieces;
    }
}
