namespace Microsoft.ML.Tokenizers;

/// <summary><c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c></summary>
internal sealed class Gpt2Scanner : PieceScanner
{
    public override bool TryFind(ReadOnlySpan<char> text, out int offset, out int length)
    {
        // Every character belongs to a piece, so the first piece starts where the text does.
        offset = 0;
        length = text.IsEmpty ? 0 : PieceLength(text);
        return length > 0;
    }

    private static int PieceLength(ReadOnlySpan<char> text)
    {
        if (ContractionLength(text) is var contraction and > 0)
        {
            return contraction;
        }

        // One space belongs to what follows it.
        int start = text[0] == ' ' && text.Length > 1 ? 1 : 0;
        char first = text[start];

        if (LetterChar.Contains(first))
        {
            return start + CountWhile<LetterChar>(text, start);
        }

        if (NumberChar.Contains(first))
        {
            return start + CountWhile<NumberChar>(text, start);
        }

        if (SymbolChar.Contains(first))
        {
            return start + CountWhile<SymbolChar>(text, start);
        }

        int spaces = CountWhile<WhiteSpaceChar>(text, 0);
        return spaces == text.Length || spaces == 1 ? spaces : spaces - 1;
    }

    private static int ContractionLength(ReadOnlySpan<char> text) => text switch
    {
        ['\'', 's' or 't' or 'm' or 'd', ..] => 2,
        ['\'', 'r' or 'v', 'e', ..] or ['\'', 'l', 'l', ..] => 3,
        _ => 0,
    };
}
