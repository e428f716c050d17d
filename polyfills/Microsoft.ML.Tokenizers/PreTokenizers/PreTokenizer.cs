namespace Microsoft.ML.Tokenizers;

/// <summary>Cuts a text into the pieces that are encoded one by one; no token crosses their borders.</summary>
public abstract class PreTokenizer
{
    private static readonly ScanningPreTokenizer s_whiteSpace = new(new WhiteSpaceScanner());
    private static readonly ScanningPreTokenizer s_wordOrNonWord = new(new WordOrNonWordScanner());
    private static readonly ScanningPreTokenizer s_wordOrPunctuation = new(new WordOrPunctuationScanner());

    public abstract IEnumerable<(int Offset, int Length)> PreTokenize(string text);

    public abstract IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text);

    /// <summary>How this package's own pre-tokenizers are walked without allocating.</summary>
    internal virtual Splitter? Splitter => null;

    /// <summary>Pieces are what stands between white space: <c>\S+</c>, and the special tokens.</summary>
    public static PreTokenizer CreateWhiteSpace(IReadOnlyDictionary<string, int>? specialTokens = null)
        => s_whiteSpace.With(specialTokens);

    /// <summary>Pieces are words and runs of anything else but white space: <c>\w+|[^\w\s]+</c>, and the special tokens.</summary>
    public static PreTokenizer CreateWordOrNonWord(IReadOnlyDictionary<string, int>? specialTokens = null)
        => s_wordOrNonWord.With(specialTokens);

    /// <summary>
    /// Pieces are words and single punctuation marks: <c>\w+|[\p{P}]</c>, and the special tokens.
    /// Everything else, emoji and signs like $ among it, belongs to no piece and is lost.
    /// </summary>
    public static PreTokenizer CreateWordOrPunctuation(IReadOnlyDictionary<string, int>? specialTokens = null)
        => s_wordOrPunctuation.With(specialTokens);
}
