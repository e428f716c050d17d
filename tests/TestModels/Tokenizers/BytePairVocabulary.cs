using System.Text;
using System.Text.RegularExpressions;

namespace SocialSentiment.TestModels.Tokenizers;

/// <summary>
/// A vocabulary of GPT-2's kind, learnt from the English words: all 256 bytes, merges, and the special tokens where RoBERTa
/// or GPT-2 have theirs.
/// </summary>
public sealed partial class BytePairVocabulary : ITestTokenizer
{
    public const string Start = "<s>";
    public const string Pad = "<pad>";
    public const string End = "</s>";
    public const string Unknown = "<unk>";
    public const string Mask = "<mask>";
    public const string EndOfText = "<|endoftext|>";

    /// <summary>How many merges make the small vocabulary: enough for every known word to be one token.</summary>
    private const int SmallMerges = 2_000;

    private static readonly string[] s_byteSymbols = [.. Enumerable.Range(0, 256).Select(Symbol)];

    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<(string, string), int> _ranks;
    private readonly bool _roberta;

    private BytePairVocabulary(bool roberta, IReadOnlyList<(string Left, string Right)> merges)
    {
        _roberta = roberta;
        Merges = merges;
        _ranks = merges.Select((merge, rank) => (merge, rank)).ToDictionary(pair => pair.merge, pair => pair.rank);
        var symbols = s_byteSymbols.Concat(merges.Select(merge => merge.Left + merge.Right).Distinct());
        Tokens = roberta ? [Start, Pad, End, Unknown, .. symbols, Mask] : [.. symbols, EndOfText];
        _ids = Tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id);
    }

    /// <summary>The tokens in the order of their ids.</summary>
    public IReadOnlyList<string> Tokens { get; }

    public IReadOnlyList<(string Left, string Right)> Merges { get; }

    public static BytePairVocabulary SmallRoberta() => new(roberta: true, Learn(SmallMerges, EnglishWords.All));

    public static BytePairVocabulary SmallGpt2() => new(roberta: false, Learn(SmallMerges, EnglishWords.All));

    /// <param name="words">Words to know, the most frequent first.</param>
    public static BytePairVocabulary LargeRoberta(int size, IEnumerable<string> words) => new(roberta: true, LearnLarge(size - 256 - 5, words));

    /// <param name="words">Words to know, the most frequent first.</param>
    public static BytePairVocabulary LargeGpt2(int size, IEnumerable<string> words) => new(roberta: false, LearnLarge(size - 256 - 1, words));

    public int IdOf(string token) => _ids[token];

    public int[] Encode(string text) => _roberta ? [_ids[Start], .. EncodePlain(text), _ids[End]] : EncodePlain(text);

    public int[] EncodePlain(string text) => [.. Pieces().Matches(text).SelectMany(piece => Encode(Symbols(piece.Value)))];

    private static List<(string Left, string Right)> LearnLarge(int tokens, IEnumerable<string> words)
    {
        var known = words.Concat(EnglishWords.All).Distinct().ToList();
        var learnt = Learn(2 * tokens, [.. known, .. MadeUpWords.Endless().Take(tokens)]);

        // Two merges may make the same token; the vocabulary is to be just as large as asked for.
        HashSet<string> made = [];
        return [.. learnt.TakeWhile(merge => made.Count < tokens && (made.Add(merge.Left + merge.Right) || true))];
    }

    /// <summary>Every word with and without a blank before it, and the emoji; the first weigh most.</summary>
    private static List<(string Left, string Right)> Learn(int merges, IReadOnlyList<string> words)
    {
        List<(string[], int)> corpus = [];
        for (var i = 0; i < words.Count; i++)
        {
            corpus.Add((Symbols(" " + words[i]), (2 * (words.Count - i)) + 1));
            corpus.Add((Symbols(words[i]), words.Count - i));
        }

        corpus.AddRange(EnglishWords.Emoji.Select(emoji => (Symbols(" " + emoji), 1)));
        return BytePairTraining.Learn(corpus, merges);
    }

    private static string[] Symbols(string text) => [.. Encoding.UTF8.GetBytes(text).Select(value => s_byteSymbols[value])];

    /// <summary>GPT-2's letter for a byte: printable ones stand for themselves, the others for letters from U+0100 on.</summary>
    private static string Symbol(int value)
    {
        return Printable(value) ? ((char)value).ToString() : ((char)(256 + Enumerable.Range(0, value).Count(other => !Printable(other)))).ToString();

        static bool Printable(int value) => value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
    }

    private IEnumerable<int> Encode(string[] piece)
    {
        var symbols = piece.ToList();
        while (symbols.Zip(symbols.Skip(1)).Where(_ranks.ContainsKey).Select(pair => ((string, string)?)pair).MinBy(pair => _ranks[pair!.Value]) is { } best)
        {
            BytePairTraining.Merge(symbols, best);
        }

        return symbols.Select(symbol => _ids[symbol]);
    }

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex Pieces();
}
