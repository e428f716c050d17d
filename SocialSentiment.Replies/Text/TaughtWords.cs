using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace SocialSentiment.Replies.Text;

/// <summary>
/// What a model may say that was taught our own replies and nothing else: their words, and those of the post. Whatever else it
/// says it made up, for small networks put names together from pieces.
/// </summary>
internal static partial class TaughtWords
{
    private const int MostRead = 5000;

    private static readonly FrozenSet<string> s_words = EmbeddedText.Lines(EmbeddedText.Read("taught.txt"))
        .SelectMany(entry => entry.Line.Split(' '))
        .ToFrozenSet(StringComparer.Ordinal);

    /// <summary>A word that is neither, or null.</summary>
    public static string? MadeUp(string draft, string post)
    {
        var heard = Words.Of(post.Length > MostRead ? post[..MostRead] : post).ToHashSet(StringComparer.Ordinal);
        return Words.Of(draft).Find(word => word.Any(char.IsLetter) && !s_words.Contains(word) && !heard.Contains(word) && !heard.Contains(OfOtherNumber(word)));
    }

    /// <summary>Whether a sentence ends where a thing of the post should have been named.</summary>
    public static bool NamesNothing(string draft) => Unfinished().IsMatch(Words.SentenceLine(draft));

    private static string OfOtherNumber(string word) => word[^1] == 's' ? word[..^1] : $"{word}s";

    [GeneratedRegex(@" (?:an?|the|my|your|our|their|its|and|or|because|(?<! (?:excited|care|worried|talk|think) )about|am|of|from|regarding|over) (?:\.|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Unfinished();
}
