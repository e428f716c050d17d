using System.Buffers;

namespace Microsoft.ML.Tokenizers;

/// <summary>Finds special tokens, such as <c>[SEP]</c>, wherever they stand. Of those that start at one place the first given wins.</summary>
internal sealed class SpecialTokenScanner : PieceScanner
{
    private readonly string[] _tokens;
    private readonly SearchValues<string> _search;

    public SpecialTokenScanner(IEnumerable<string> specialTokens)
    {
        _tokens = [.. specialTokens];
        _search = SearchValues.Create(_tokens, StringComparison.Ordinal);
    }

    public override bool TryFind(ReadOnlySpan<char> text, out int offset, out int length)
    {
        offset = text.IndexOfAny(_search);
        length = 0;
        if (offset < 0)
        {
            return false;
        }

        foreach (string token in _tokens)
        {
            if (text[offset..].StartsWith(token, StringComparison.Ordinal))
            {
                length = token.Length;
                break;
            }
        }

        return true;
    }
}
