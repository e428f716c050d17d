namespace Microsoft.ML.Tokenizers;

/// <summary>Cuts a text into pieces; special tokens, where given, come first and are never cut.</summary>
internal sealed class Splitter(PieceScanner pieces, IReadOnlyDictionary<string, int>? specialTokens = null)
{
    public PieceScanner Pieces { get; } = pieces;

    public PieceScanner? SpecialTokens { get; } = specialTokens is { Count: > 0 } ? new SpecialTokenScanner(specialTokens.Keys) : null;

    public List<(int Offset, int Length)> Split(ReadOnlySpan<char> text)
    {
        var pieces = new List<(int Offset, int Length)>();
        foreach ((int, int) piece in new PieceEnumerator(text, this))
        {
            pieces.Add(piece);
        }

        return pieces;
    }
}
