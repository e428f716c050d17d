namespace Microsoft.ML.Tokenizers;

/// <summary>A text on its way through a tokenizer: normalized, and cut into pieces, where the settings ask for it.</summary>
internal readonly ref struct EncodingInput
{
    private readonly PreTokenizer? _preTokenizer;
    private readonly string? _source;

    public EncodingInput(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, Tokenizer tokenizer)
    {
        if (settings.ConsiderNormalization && tokenizer.Normalizer is { } normalizer)
        {
            NormalizedText = normalizer.Normalize(text ?? textSpan.ToString());
        }

        _source = NormalizedText ?? text;
        Text = _source is null ? textSpan : _source;
        _preTokenizer = settings.ConsiderPreTokenization ? tokenizer.PreTokenizer : null;
    }

    public string? NormalizedText { get; }

    public ReadOnlySpan<char> Text { get; }

    /// <summary>False when the text is to be encoded in one piece.</summary>
    public bool IsCut => _preTokenizer is not null;

    public PieceEnumerator Pieces => _preTokenizer?.Splitter is { } splitter
        ? new PieceEnumerator(Text, splitter)
        : new PieceEnumerator(List());

    public List<(int Offset, int Length)> ListPieces(bool fromEnd)
    {
        List<(int Offset, int Length)> pieces = [.. List()];
        if (fromEnd)
        {
            pieces.Reverse();
        }

        return pieces;
    }

    private IEnumerable<(int Offset, int Length)> List()
        => _source is null ? _preTokenizer!.PreTokenize(Text) : _preTokenizer!.PreTokenize(_source);
}
