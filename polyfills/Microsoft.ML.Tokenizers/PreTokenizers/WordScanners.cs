namespace Microsoft.ML.Tokenizers;

/// <summary><c>\S+</c></summary>
internal sealed class WhiteSpaceScanner : PieceScanner
{
    public override bool TryFind(ReadOnlySpan<char> text, out int offset, out int length)
    {
        offset = CountWhile<WhiteSpaceChar>(text, 0);
        length = CountWhile<VisibleChar>(text, offset);
        return length > 0;
    }
}

/// <summary><c>\w+|[^\w\s]+</c></summary>
internal sealed class WordOrNonWordScanner : PieceScanner
{
    public override bool TryFind(ReadOnlySpan<char> text, out int offset, out int length)
    {
        offset = CountWhile<WhiteSpaceChar>(text, 0);
        length = CountWhile<WordChar>(text, offset);
        if (length == 0)
        {
            length = CountWhile<NonWordChar>(text, offset);
        }

        return length > 0;
    }
}

/// <summary><c>\w+|[\p{P}]</c></summary>
internal sealed class WordOrPunctuationScanner : PieceScanner
{
    public override bool TryFind(ReadOnlySpan<char> text, out int offset, out int length)
    {
        for (offset = 0; offset < text.Length; offset++)
        {
            length = CountWhile<WordChar>(text, offset);
            if (length > 0)
            {
                return true;
            }

            if (char.IsPunctuation(text[offset]))
            {
                length = 1;
                return true;
            }
        }

        length = 0;
        return false;
    }
}
