using System.Security.Cryptography;
using System.Text;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.Replies.Text;

namespace SocialSentiment.Replies;

/// <summary>Replies that people wrote, once, for all posts of a kind.</summary>
public static class Templates
{
    /// <summary>What the catalog of models calls them.</summary>
    public const string Key = "templates";

    private static readonly string s_english = EmbeddedText.Read("templates.txt");
    private static readonly string s_foreign = EmbeddedText.Read("languages.txt");

    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> s_cells = EmbeddedText.Sections(s_english);
    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> s_languages = EmbeddedText.Sections(s_foreign);

    /// <summary>Changes whenever any of them does.</summary>
    public static string Version { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(s_english + s_foreign)))[..8];

    /// <summary>Some that fit, all different; the same for the same seed. Fewer only where fewer were written.</summary>
    public static IReadOnlyList<string> Choose(ReplySituation situation, int count, long seed)
    {
        ArgumentNullException.ThrowIfNull(situation);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return [.. new Draws(seed).Shuffled(For(situation)).Take(count)];
    }

    /// <summary>All that fit.</summary>
    public static IReadOnlyList<string> For(ReplySituation situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        var kind = PostKinds.Of(situation);
        return kind == PostKind.Foreign ? In(Languages.Of(situation.Text)) : Cell(kind, situation.Label, situation.Tone);
    }

    internal static IEnumerable<(string Heading, IReadOnlyList<string> Lines)> All =>
        s_cells.Concat(s_languages).Select(cell => (cell.Key, cell.Value));

    internal static IReadOnlyList<string> In(string language) =>
        s_languages.TryGetValue(language, out var lines) ? lines : s_languages[Languages.Other];

    internal static IReadOnlyList<string> Cell(PostKind kind, SentimentLabel label, ReplyTone tone)
    {
        string[] headings =
        [
            Heading(kind, Name(label), Name(tone)),
            Heading(kind, Name(label), "any"),
            Heading(kind, "any", Name(tone)),
            Heading(kind, "any", "any"),

            // Not every tone has words of its own for every kind.
            Heading(PostKind.Plain, Name(label), Name(tone)),
        ];
        return s_cells[headings.First(s_cells.ContainsKey)];
    }

    private static string Heading(PostKind kind, string label, string tone) => $"{Name(kind)} {label} {tone}";

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
