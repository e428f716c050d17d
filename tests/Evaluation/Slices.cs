using System.Text.RegularExpressions;

namespace SocialSentiment.Evaluation;

/// <summary>Kinds of texts, to see which of them a model is worse at.</summary>
internal static partial class Slices
{
    public static IReadOnlyList<(string Name, Func<string, bool> Has)> All { get; } =
    [
        ("short, under 80 characters", text => text.Length < 80),
        ("medium, 80 to 119", text => text.Length is >= 80 and < 120),
        ("long, 120 and more", text => text.Length >= 120),
        .. WithAndWithout("emoji", HasEmoji),
        .. WithAndWithout("an emoticon", text => Emoticon.IsMatch(text)),
        .. WithAndWithout("a negation", text => Negation.IsMatch(text)),
        .. WithAndWithout("a question mark", text => text.Contains('?')),
        .. WithAndWithout("a hashtag", text => Hashtag.IsMatch(text)),
        .. WithAndWithout("a mention", text => text.Contains("@user", StringComparison.OrdinalIgnoreCase)),
        .. WithAndWithout("a link", text => Link.IsMatch(text)),
    ];

    /// <summary>The blocks of pictures and symbols; digits and ™, which can be drawn as emoji too, are none.</summary>
    public static bool HasEmoji(string text) => text.EnumerateRunes().Any(rune => rune.Value is (>= 0x2600 and <= 0x27BF) or (>= 0x1F000 and <= 0x1FAFF));

    private static (string Name, Func<string, bool> Has)[] WithAndWithout(string what, Func<string, bool> has)
        => [($"with {what}", has), ($"without {what}", text => !has(text))];

    [GeneratedRegex(@"\b(?:no|not|never|none|nobody|nothing|neither|nor|nowhere|cannot|without|hardly|barely|\w+n['’]t|(?:ai|are|ca|could|did|do|does|had|has|have|is|should|was|were|wo|would)nt)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Negation { get; }

    [GeneratedRegex(@"(?<!\w)[<>]?[:;=][-o*']?[)\](\[dDpP/}{@|](?!\w)|<3")]
    private static partial Regex Emoticon { get; }

    [GeneratedRegex(@"#\w")]
    private static partial Regex Hashtag { get; }

    [GeneratedRegex(@"\bhttp", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Link { get; }
}
