using System.Text;
using System.Text.RegularExpressions;
using SocialSentiment.Contracts;
using SocialSentiment.Replies.Text;

namespace SocialSentiment.Replies;

/// <summary>Tells kinds of posts apart, by their words.</summary>
public static partial class PostKinds
{
    // Nobody reads on for kinds, and nobody's long text shall take long.
    private const int MostRead = 2000;

    private static readonly Dictionary<string, Phrases> s_phrases = EmbeddedText.Sections(EmbeddedText.Read("kinds.txt"))
        .ToDictionary(section => section.Key, section => new Phrases(section.Value));

    private static readonly HashSet<string> s_laughter = new(StringComparer.Ordinal) { "lol", "lmao", "lmfao", "rofl", "haha", "hahaha", "hahahaha", "hehe", "jk", "xd" };

    /// <summary>The kind whose care comes first: a question about a death is about a death.</summary>
    public static PostKind Of(ReplySituation situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        return Of(situation.Text, situation.Label);
    }

    public static PostKind Of(string text, SentimentLabel label)
    {
        ArgumentNullException.ThrowIfNull(text);
        var read = text.Length > MostRead ? text[..MostRead] : text;
        var words = Words.Of(Unmarked(read));
        if (!words.Any(word => word.Any(char.IsLetter)))
        {
            return IsQuestion(read) && !HasEmoji(read) ? PostKind.Question : PostKind.Emoji;
        }

        var line = Words.Line(words);
        if (Is("crisis", line))
        {
            return PostKind.Crisis;
        }

        // Who laughs about it, or is happy, speaks of films and batteries.
        var isMeant = label != SentimentLabel.Positive && !words.Any(s_laughter.Contains) && !HasLaughingEmoji(read);
        if (isMeant && Is("violence", line))
        {
            return PostKind.Violence;
        }

        // Whoever remembers somebody fondly sounds happy, and is not.
        if (LostSomebody().IsMatch(read))
        {
            return PostKind.Grief;
        }

        if (isMeant && (Is("grief", line) || (RestInPeace().IsMatch(read) && !s_phrases["not grief"].In(line))))
        {
            return PostKind.Grief;
        }

        if (Languages.Of(read) != Languages.English)
        {
            return PostKind.Foreign;
        }

        var asks = IsQuestion(read) || (read.Length < 200 && (StartsAsQuestion(line) || Is("asks", line)));
        if (label != SentimentLabel.Negative && !asks && Is("thanks", line))
        {
            return PostKind.Thanks;
        }

        return asks ? PostKind.Question
            : IsShouting(read) ? PostKind.Shouting
            : PostKind.Plain;
    }

    /// <summary>Emoji of any kind, emoticons not.</summary>
    internal static bool HasEmoji(string text) => text.EnumerateRunes().Any(IsEmoji);

    internal static bool IsEmoji(Rune rune) =>
        rune.Value is (>= 0x1F000 and <= 0x1FAFF) or (>= 0x2600 and <= 0x27BF) or (>= 0x2B00 and <= 0x2BFF) or 0x203C or 0x2049 or (>= 0x231A and <= 0x23FF);

    [GeneratedRegex(@"(?<![\w_])(?:RIP|R\.I\.P)(?![\w_]*_)")]
    private static partial Regex RestInPeace();

    [GeneratedRegex(
        @"\b(?:(?:grand(?:pa|ma|dad|mum|mother|father|parents?)|gran(?:ny)?|nana?|mum|mom|mother|dad|father|husband|wife|brother|sister|son|daughter|baby|uncle|aunt)\b[^.!?\n]{0,20}\b(?:died|passed away|left us)\b(?! laughing| of laughter)"
        + @"|lost (?:my|our) (?:dear |beloved |poor )?(?:grand(?:pa|ma|dad|mum|mother|father|parents?)|gran(?:ny)?|nana?|mum|mom|mother|dad|father|husband|wife|brother|sister|son|daughter|baby|uncle|aunt)\b(?! in\b| at\b| to\b))",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LostSomebody();

    private static bool Is(string kind, string line) =>
        s_phrases[kind].In(line) && !(s_phrases.TryGetValue($"not {kind}", out var not) && not.In(line));

    private static bool StartsAsQuestion(string line) => s_phrases["question"].Find(line) is { } found && line.StartsWith($" {found}", StringComparison.Ordinal);

    private static string Unmarked(string text) =>
        string.Join(' ', text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word[0] != '@' && !word.StartsWith("http", StringComparison.OrdinalIgnoreCase)));

    /// <summary>A question mark at the end of something that is not a link.</summary>
    private static bool IsQuestion(string text)
    {
        foreach (var word in text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries))
        {
            if (!word.Contains("://", StringComparison.Ordinal) && word.TrimEnd('!', '"', '\'', ')', '”', '’').EndsWith('?'))
            {
                return true;
            }
        }

        return text.Contains('？', StringComparison.Ordinal);
    }

    private static bool HasLaughingEmoji(string text) => text.EnumerateRunes().Any(rune => rune.Value is 0x1F602 or 0x1F923 or 0x1F606);

    private static bool IsShouting(string text)
    {
        var (upper, lower) = (0, 0);
        var long4 = 0;
        foreach (var word in Unmarked(text).Split(' '))
        {
            if (word.Length > 0 && word[0] == '#')
            {
                continue;
            }

            var capitals = word.Count(char.IsUpper);
            upper += capitals;
            lower += word.Count(char.IsLower);
            long4 += capitals >= 3 ? 1 : 0;
        }

        return long4 >= 2 && upper > 3 * lower;
    }
}
