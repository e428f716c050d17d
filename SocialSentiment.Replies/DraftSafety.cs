using System.Text.RegularExpressions;
using SocialSentiment.Replies.Safety;
using SocialSentiment.Replies.Text;

namespace SocialSentiment.Replies;

/// <summary>What no draft may say, whoever wrote it. What it refuses wrongly costs a draft; what it let through could cost a customer.</summary>
public static partial class DraftSafety
{
    // Whoever holds more than that has no reply in hand.
    private const int MostRead = 2000;

    private static readonly Dictionary<string, Phrases> s_phrases = EmbeddedText.Sections(EmbeddedText.Read("phrases.txt"))
        .ToDictionary(section => section.Key, section => new Phrases(section.Value));

    private static readonly (string Section, DraftFault Fault, string Reason)[] s_rules =
    [
        ("threat", DraftFault.Threat, "it threatens"),
        ("insult", DraftFault.Insult, "it insults"),
        ("liability", DraftFault.Liability, "it says who is to blame"),
        ("promise", DraftFault.Promise, "it promises something"),
        ("advice", DraftFault.Advice, "it gives advice that is for professionals to give"),
        ("identity", DraftFault.Identity, "it says who or what its author is"),
        ("command", DraftFault.Command, "it sends people somewhere or asks for what is secret"),
        ("fact", DraftFault.InventedFact, "it states what nobody here can know"),
    ];

    /// <summary>Why this may not be shown, or null.</summary>
    /// <param name="draft">The draft.</param>
    /// <param name="post">What it replies to.</param>
    /// <param name="isPartial">Whether it still grows: then its last word is not judged, for it may become another.</param>
    public static DraftRefusal? Check(string draft, string post, bool isPartial = false)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(post);
        var text = isPartial ? draft[..WholeWords(draft)] : draft;
        if (text.Length > MostRead)
        {
            return new DraftRefusal(DraftFault.Weak, "it is far too long");
        }

        if (Profanity.In(text))
        {
            return new DraftRefusal(DraftFault.Profanity, "it holds a word that nobody says to customers");
        }

        if (Leftover().IsMatch(text))
        {
            return new DraftRefusal(DraftFault.PromptLeftover, "it holds pieces of the prompt");
        }

        // Before links: an e-mail address holds a domain.
        if (PersonalData.In(text, post))
        {
            return new DraftRefusal(DraftFault.PersonalData, "it holds what identifies a person or a purchase");
        }

        if (Link().IsMatch(text))
        {
            return new DraftRefusal(DraftFault.Link, "it leads elsewhere");
        }

        var line = Words.SentenceLine(text).Replace(" feel free ", " ", StringComparison.Ordinal).Replace(" not your fault ", " ", StringComparison.Ordinal);
        foreach (var (section, fault, reason) in s_rules)
        {
            if (s_phrases[section].Find(line) is { } found)
            {
                return new DraftRefusal(fault, $"{reason}: \"{found}\"");
            }
        }

        return Numbers.Unfounded(text, post) is { } number
            ? new DraftRefusal(DraftFault.InventedFact, $"the post says nothing of {number}")
            : null;
    }

    /// <summary>
    /// How much of a draft that still grows may be shown: whole words, none of a refused draft, and none that the next
    /// word could turn into something that may not be shown.
    /// </summary>
    public static int SafeLength(string draft, string post)
    {
        if (Check(draft, post, isPartial: true) is not null)
        {
            return 0;
        }

        var length = WholeWords(draft);
        while (length > 0)
        {
            var end = draft.AsSpan(0, length).TrimEnd();
            var start = end.LastIndexOfAny(' ', '\n', '\t') + 1;
            if (!MayGrow(end[start..]))
            {
                return end.Length;
            }

            length = start;
        }

        return 0;
    }

    /// <summary>What spaced letters and split numbers are made of.</summary>
    private static bool MayGrow(ReadOnlySpan<char> word)
    {
        var letters = 0;
        foreach (var character in word)
        {
            if (char.IsDigit(character) || character is '@' or '#' or '+')
            {
                return true;
            }

            letters += char.IsLetter(character) ? 1 : 0;
        }

        return letters <= 1;
    }

    private static int WholeWords(string text)
    {
        for (var i = text.Length - 1; i >= 0; i--)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                return i;
            }
        }

        return 0;
    }

    [GeneratedRegex(@"\b(?:post|feeling|tone|reply|replies|response|label|user|assistant|system|human|example|instructions?)\s*:|<\||\|>|\[/?INST\]|###|</?s>|\b(?:system|user) prompt\b|\bprevious instructions\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Leftover();

    [GeneratedRegex(@"https?:|\bwww\.|://|\b[a-z0-9][a-z0-9-]{0,62}\.(?:(?:com|net|org|io|co|info|biz|edu|gov|app|dev|tv|ly|uk|fr|nl|eu|ru|cn|jp|shop|store|online|site|xyz|link|page)|(?-i:me|gl|be|us|de|es|it|in|ca|au|ai|to|so|is))\b|\[[^\]]{0,100}\]\(|\bdot\s+com\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
