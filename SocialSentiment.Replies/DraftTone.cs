using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.Replies.Text;

namespace SocialSentiment.Replies;

/// <summary>What is out of place whatever its wording: cheer for the angry, pity for the happy.</summary>
public static class DraftTone
{
    private static readonly Dictionary<string, Phrases> s_phrases = EmbeddedText.Sections(EmbeddedText.Read("moods.txt"))
        .ToDictionary(section => section.Key, section => new Phrases(section.Value));

    private static readonly HashSet<string> s_negations = new(StringComparer.Ordinal)
    {
        "not", "no", "never", "nothing", "nobody", "without", "hardly", "barely", "less", "isnt", "wasnt", "neither", "nor", "anything", "far",
    };

    private static readonly HashSet<int> s_sadEmoji =
    [
        0x1F614, 0x1F61E, 0x1F61F, 0x1F620, 0x1F621, 0x1F622, 0x1F623, 0x1F625, 0x1F62D, 0x1F629, 0x1F62B, 0x1F612, 0x1F494, 0x1F926, 0x1F64D, 0x1F97A, 0x1F44E, 0x2639, 0x1F641,
    ];

    public static bool IsOff(ReplySituation situation, string draft) => Check(situation, draft) is not null;

    /// <summary>What is out of place, or null.</summary>
    public static DraftRefusal? Check(ReplySituation situation, string draft)
    {
        ArgumentNullException.ThrowIfNull(situation);
        ArgumentNullException.ThrowIfNull(draft);
        return Check(PostKinds.Of(situation), situation, draft);
    }

    internal static DraftRefusal? Check(PostKind kind, ReplySituation situation, string draft)
    {
        var line = Line(draft);
        var isSad = kind is PostKind.Grief or PostKind.Violence or PostKind.Crisis;
        if (isSad || situation.Label == SentimentLabel.Negative)
        {
            if (draft.AsSpan().IndexOfAny('!', '\uFF01') >= 0 || PostKinds.HasEmoji(draft) || HasEmoticon(draft))
            {
                return Off("it is cheerful to somebody who is not");
            }

            if (s_phrases["cheer"].Find(line) is { } cheer)
            {
                return Off($"it is cheerful to somebody who is not: \"{cheer}\"");
            }
        }

        if (isSad && s_phrases["marketing"].Find(line) is { } marketing)
        {
            return Off($"it speaks of business to somebody in grief: \"{marketing}\"");
        }

        if (!isSad && situation.Label == SentimentLabel.Positive && (s_phrases["sorrow"].Find(line) ?? SadEmoji(draft)) is { } sorrow)
        {
            return Off($"it is sorry for somebody who is happy: \"{sorrow}\"");
        }

        if (!isSad && situation.Label == SentimentLabel.Neutral && s_phrases["apology"].Find(line) is { } apology)
        {
            return Off($"it is sorry though nobody complained: \"{apology}\"");
        }

        if (situation.Tone is ReplyTone.Professional or ReplyTone.Empathetic && (PostKinds.HasEmoji(draft) || HasEmoticon(draft)))
        {
            return Off("there are no emoji in this tone");
        }

        if (situation.Tone == ReplyTone.Professional && s_phrases["slang"].Find(line) is { } slang)
        {
            return Off($"it is too casual: \"{slang}\"");
        }

        // Letters that shout back, unless there is nothing to be angry about.
        return situation.Label != SentimentLabel.Positive && IsShouting(draft) ? Off("it shouts") : null;
    }

    private static DraftRefusal Off(string reason) => new(DraftFault.OffTone, reason);

    /// <summary>Words under a negation are left out: "not great" is no cheer, and "no worries, nothing went wrong" no pity.</summary>
    private static string Line(string draft)
    {
        var words = Words.SentenceLine(draft.Length > 2000 ? draft[..2000] : draft).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var kept = new List<string>(words.Length);
        var last = -10;
        for (var i = 0; i < words.Length; i++)
        {
            if (s_negations.Contains(words[i]))
            {
                last = i;
            }
            else if (words[i] == ".")
            {
                last = -10;
                kept.Add(".");
            }
            else if (i - last > 3 || words[i] is "sorry" or "glad")
            {
                kept.Add(words[i]);
            }
            else
            {
                // Holds the place, so that what stands around it is no phrase.
                kept.Add("_");
            }
        }

        return Words.Line(kept);
    }

    private static bool HasEmoticon(string draft)
    {
        foreach (var word in draft.Split(' '))
        {
            if (word is ":)" or ":-)" or ":D" or ":-D" or ";)" or ";-)" or "=)" or ":P" or ":-P" or "xD" or "XD" or "<3" or "^^" or "(:" or ":*")
            {
                return true;
            }
        }

        return false;
    }

    private static string? SadEmoji(string draft)
    {
        foreach (var rune in draft.EnumerateRunes())
        {
            if (s_sadEmoji.Contains(rune.Value))
            {
                return rune.ToString();
            }
        }

        return draft.Contains(":(", StringComparison.Ordinal) || draft.Contains(":-(", StringComparison.Ordinal) ? ":(" : null;
    }

    private static bool IsShouting(string draft)
    {
        var (upper, lower) = (draft.Count(char.IsUpper), draft.Count(char.IsLower));
        return upper >= 10 && upper > lower;
    }
}
