using System.Text.RegularExpressions;

namespace Microsoft.ML.Tokenizers;

internal sealed class RegexScanner(Regex regex) : PieceScanner
{
    public override bool TryFind(ReadOnlySpan<char> text, out int offset, out int length)
    {
        foreach (ValueMatch match in regex.EnumerateMatches(text))
        {
            offset = match.Index;
            length = match.Length;
            return true;
        }

        offset = 0;
        length = 0;
        return false;
    }
}
