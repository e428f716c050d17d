namespace Microsoft.ML.Tokenizers;

/// <summary>Finds the first piece of a text. Keeps no state, so that any number of threads may share it.</summary>
internal abstract class PieceScanner
{
    public abstract bool TryFind(ReadOnlySpan<char> text, out int offset, out int length);

    /// <summary>How many characters, from <paramref name="start"/> on, are of one kind.</summary>
    protected static int CountWhile<TKind>(ReadOnlySpan<char> text, int start)
        where TKind : struct, ICharKind
    {
        int end = start;
        while (end < text.Length && TKind.Contains(text[end]))
        {
            end++;
        }

        return end - start;
    }
}
