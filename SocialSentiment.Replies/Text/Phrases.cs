using System.Text.RegularExpressions;

namespace SocialSentiment.Replies.Text;

/// <summary>Phrases to be found among the words of a text, each a pattern of whole words.</summary>
internal sealed class Phrases
{
    private readonly Regex _any;

    public Phrases(IEnumerable<string> patterns)
    {
        // Whatever somebody writes, time grows with its length alone.
        _any = new Regex($" (?:{string.Join('|', patterns)}) ", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    /// <param name="line">As <see cref="Words.Line(string)"/> makes it.</param>
    public bool In(string line) => _any.IsMatch(line);

    public string? Find(string line) => _any.Match(line) is { Success: true } match ? match.Value.Trim() : null;
}
