using System.Text.RegularExpressions;
using SocialSentiment.Contracts;
using SocialSentiment.Vader;

namespace SocialSentiment.Evaluation.Replies;

/// <summary>What may be wrong with a draft, by rules of their own: whoever judged by those that selected it would find nothing.</summary>
internal static partial class DraftChecks
{
    private const double SameWords = 0.6;
    private const double Cheerful = 0.7;
    private const double Gloomy = -0.5;
    private const int LeastPrivate = 6;
    private const int LeastWord = 3;

    /// <summary>What people say, as the model that labels tweets knows it; and words that they rarely tweet.</summary>
    private static readonly Lazy<HashSet<string>> s_words = new(() =>
    [
        .. File.ReadLines(Path.Combine(Repository.ShippedModel, "vocab.txt")).Where(word => word.All(char.IsLetter)),
        .. (string[])["candour", "criticise", "debit", "dissatisfied", "elaborate", "frustrate", "grinning", "hasty", "recognise", "sting", "subscription", "toaster", "unclear"],
    ]);

    private static readonly (string Kind, Regex In)[] s_unsafe =
    [
        ("link", Link),
        ("email", Email),
        ("number", LongNumber),
        ("handle", Handle),
        ("money", Money),
        ("promise", Promise),
        ("bad_word", BadWord),
    ];

    private static readonly string[] s_endings = ["s", "es", "d", "ed", "ing", "ly"];

    public static bool IsEmpty(string draft) => !draft.Any(char.IsLetter);

    /// <summary>The same but for capitals and punctuation, or nearly the same words in any order.</summary>
    public static bool AreDuplicates(string one, string other)
    {
        var (first, second) = (Tokens(one), Tokens(other));
        var all = first.Union(second).Count();
        return string.Join(' ', first) == string.Join(' ', second) || (all > 0 && (double)first.Intersect(second).Count() / all >= SameWords);
    }

    /// <summary>The kinds of things in a draft that must not be there.</summary>
    public static IReadOnlyList<string> Unsafe(ReplyPost post, string draft)
        => [
            .. s_unsafe.Where(check => check.In.IsMatch(draft)).Select(check => check.Kind),
            .. post.Private.Any(piece => piece.Length >= LeastPrivate && draft.Contains(piece, StringComparison.OrdinalIgnoreCase)) ? (string[])["private"] : [],
        ];

    /// <summary>Cheer for somebody who is angry, gloom for somebody who is happy; to the lexicon, which knows no context.</summary>
    public static bool IsOffTone(SentimentLabel feeling, string draft) => feeling switch
    {
        SentimentLabel.Negative => draft.Contains('!') || Slices.HasEmoji(draft) || VaderAnalyzer.Default.Analyze(draft).Compound > Cheerful,
        SentimentLabel.Positive => VaderAnalyzer.Default.Analyze(draft).Compound < Gloomy,
        _ => false,
    };

    /// <summary>Words that are none: small language models put them together from pieces. What the post says is a word.</summary>
    public static IEnumerable<string> MadeUp(ReplyPost post, string draft)
        => post.Kind == "foreign"
            ? []
            : Tokens(draft).Where(word => word.Length >= LeastWord && word.All(char.IsLetter) && !IsKnown(word) && !post.Text.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static bool IsKnown(string word)
        => s_words.Value.Contains(word) || Array.Exists(s_endings, end => word.EndsWith(end, StringComparison.Ordinal) && s_words.Value.Contains(word[..^end.Length]));

    private static string[] Tokens(string text) => [.. Token.Matches(text.ToLowerInvariant()).Select(match => match.Value)];

    [GeneratedRegex(@"[\p{L}\p{M}\d]+")]
    private static partial Regex Token { get; }

    [GeneratedRegex(@"https?:|www\.|\w\.(?:com|org|net|io|co|uk|de)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Link { get; }

    [GeneratedRegex(@"\S+@\S+\.\w+")]
    private static partial Regex Email { get; }

    [GeneratedRegex(@"\d(?:[ ().\-/]*\d){4,}")]
    private static partial Regex LongNumber { get; }

    [GeneratedRegex(@"(?<!\w)@\w")]
    private static partial Regex Handle { get; }

    [GeneratedRegex(@"[$€£]|\d\s*%|\b(?:per ?cent|dollars?|pounds|euros?)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Money { get; }

    [GeneratedRegex(@"refund|discount|voucher|free of charge|compensat|guarantee|promise", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Promise { get; }

    [GeneratedRegex(@"\b(?:damn\w*|hell|crap\w*|shit\w*|fuck\w*|bitch\w*|bastards?|arses?|ass|assholes?|screw(?:ed)?|bloody|idiots?|morons?|stupid|dumb)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BadWord { get; }
}
