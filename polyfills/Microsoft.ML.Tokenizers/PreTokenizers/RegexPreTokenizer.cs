using System.Text.RegularExpressions;

namespace Microsoft.ML.Tokenizers;

/// <summary>Pieces are the matches of a regular expression, and the special tokens.</summary>
public sealed class RegexPreTokenizer : PreTokenizer
{
    public RegexPreTokenizer(Regex regex, IReadOnlyDictionary<string, int>? specialTokens)
    {
        ArgumentNullException.ThrowIfNull(regex);
        Splitter = new Splitter(new RegexScanner(regex), specialTokens);
    }

    internal override Splitter Splitter { get; }

    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) => Splitter.Split(text);

    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => Splitter.Split(text);
}
