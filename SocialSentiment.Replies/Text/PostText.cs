using System.Text;
using System.Text.RegularExpressions;

namespace SocialSentiment.Replies.Text;

/// <summary>A post as a prompt may hold it.</summary>
public static partial class PostText
{
    /// <summary>
    /// On one line, so that nobody writes the next lines of the prompt; mentions and links without whom and where they
    /// lead to; cut at a word's border.
    /// </summary>
    public static string Flatten(string text, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        var flat = new StringBuilder(Math.Min(text.Length, maxLength));
        foreach (var part in Words.WellFormed(text).Split(default(char[]), StringSplitOptions.RemoveEmptyEntries))
        {
            var word = Word(part);
            if (word.Length == 0)
            {
                continue;
            }

            if (flat.Length + (flat.Length > 0 ? 1 : 0) + word.Length > maxLength)
            {
                if (flat.Length == 0)
                {
                    flat.Append(CutWord(word, maxLength));
                }

                break;
            }

            if (flat.Length > 0)
            {
                flat.Append(' ');
            }

            flat.Append(word);
        }

        return flat.ToString();
    }

    private static string Word(string part)
    {
        // What ends a language model's text, and what breaks a line without looking like it.
        var word = Hidden().Replace(part.Replace("<|", "", StringComparison.Ordinal).Replace("|>", "", StringComparison.Ordinal), "");
        return Mention().Replace(Link().Replace(word, "http"), "@user");
    }

    private static string CutWord(string word, int length) =>
        word[..(char.IsHighSurrogate(word[length - 1]) ? length - 1 : length)];

    [GeneratedRegex(@"[\p{Cc}\p{Cf}\u2028\u2029-[\u200d]]")]
    private static partial Regex Hidden();

    [GeneratedRegex(@"(?:https?://|www\.)\S*", RegexOptions.IgnoreCase)]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<!\w)@\w+")]
    private static partial Regex Mention();
}
