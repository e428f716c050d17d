using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace SocialSentiment.MlWorker.Inference.Tokenization;

/// <summary>Does to a text what was done to the texts that a model was trained on. A text that needs nothing stays the same object.</summary>
internal static partial class TweetNormalizer
{
    public static string Normalize(string text, TextNormalization normalization) => normalization switch
    {
        TextNormalization.Tweets => ReplaceWords(text),
        TextNormalization.Compact => ReplaceAnywhere(text),
        _ => text,
    };

    /// <summary>
    /// As the model cards of cardiffnlp have it. Whatever follows the @ or the http up to the next blank goes with it, so that
    /// "@user!" loses its exclamation mark: the models learned it so.
    /// </summary>
    private static string ReplaceWords(string text)
    {
        StringBuilder? changed = null;
        var kept = 0;
        for (var start = 0; start <= text.Length;)
        {
            var blank = text.IndexOf(' ', start);
            var end = blank < 0 ? text.Length : blank;
            var word = text.AsSpan(start, end - start);
            var replacement = word.Length > 1 && word[0] == '@' ? "@user" : word.StartsWith("http", StringComparison.Ordinal) ? "http" : null;
            if (replacement is not null && !word.SequenceEqual(replacement))
            {
                changed ??= new StringBuilder(text.Length);
                changed.Append(text, kept, start - kept).Append(replacement);
                kept = end;
            }

            start = end + 1;
        }

        return changed?.Append(text, kept, text.Length - kept).ToString() ?? text;
    }

    private static string ReplaceAnywhere(string text)
    {
        text = text.Contains('&') ? WebUtility.HtmlDecode(text) : text;
        text = Link.Replace(text, "http");
        text = text.Contains('@') ? Mention.Replace(text, "@user") : text;
        return WhiteSpace.Replace(text, " ").Trim();
    }

    // Python, in which the model was trained, takes the separators U+001C to U+001F for white space too.
    [GeneratedRegex(@"(?:https?://|www\.)[^\s\x1C-\x1F]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Link { get; }

    // What is written as it should be is no match, so that it costs nothing.
    [GeneratedRegex("(?<![A-Za-z0-9_])@(?!user(?![A-Za-z0-9_]))[A-Za-z0-9_]+")]
    private static partial Regex Mention { get; }

    // Leaves a single blank alone, so that a text in order is not written anew.
    [GeneratedRegex(@"[\s\x1C-\x1F]{2,}|[^\S ]|[\x1C-\x1F]")]
    private static partial Regex WhiteSpace { get; }
}
