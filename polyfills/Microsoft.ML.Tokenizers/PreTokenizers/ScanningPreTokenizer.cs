namespace Microsoft.ML.Tokenizers;

/// <summary>The pre-tokenizers that <see cref="PreTokenizer"/> creates.</summary>
internal sealed class ScanningPreTokenizer(PieceScanner scanner, IReadOnlyDictionary<string, int>? specialTokens = null) : PreTokenizer
{
    internal override Splitter Splitter { get; } = new(scanner, specialTokens);

    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) => Splitter.Split(text);

    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => Splitter.Split(text);

    public ScanningPreTokenizer With(IReadOnlyDictionary<string, int>? specialTokens)
        => specialTokens is null ? this : new ScanningPreTokenizer(scanner, specialTokens);
}
