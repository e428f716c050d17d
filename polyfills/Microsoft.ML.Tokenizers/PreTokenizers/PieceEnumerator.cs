namespace Microsoft.ML.Tokenizers;

/// <summary>The pieces of a text, in order: cut by a <see cref="Splitter"/> as they are asked for, or listed by a pre-tokenizer from outside this package.</summary>
internal ref struct PieceEnumerator
{
    private readonly ReadOnlySpan<char> _text;
    private readonly Splitter? _splitter;
    private readonly IEnumerator<(int Offset, int Length)>? _listed;

    private int _position;
    private int _specialOffset;
    private int _specialLength;

    public PieceEnumerator(ReadOnlySpan<char> text, Splitter splitter)
    {
        _text = text;
        _splitter = splitter;
        FindSpecialToken();
    }

    public PieceEnumerator(IEnumerable<(int Offset, int Length)> pieces) => _listed = pieces.GetEnumerator();

    public (int Offset, int Length) Current { get; private set; }

    public readonly PieceEnumerator GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_splitter is null)
        {
            return MoveNextListed();
        }

        // Up to the next special token, or to the end of the text when there is none.
        if (_splitter.Pieces.TryFind(_text[_position.._specialOffset], out int offset, out int length))
        {
            Current = (_position + offset, length);
            _position += offset + length;
            return true;
        }

        if (_specialLength == 0)
        {
            return false;
        }

        Current = (_specialOffset, _specialLength);
        _position = _specialOffset + _specialLength;
        FindSpecialToken();
        return true;
    }

    public readonly void Dispose() => _listed?.Dispose();

    private bool MoveNextListed()
    {
        if (_listed is null || !_listed.MoveNext())
        {
            return false;
        }

        Current = _listed.Current;
        return true;
    }

    private void FindSpecialToken()
    {
        if (_splitter!.SpecialTokens is { } specialTokens && specialTokens.TryFind(_text[_position..], out int offset, out _specialLength))
        {
            _specialOffset = _position + offset;
        }
        else
        {
            _specialOffset = _text.Length;
            _specialLength = 0;
        }
    }
}
