using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using SocialSentiment.Replies.Text;

namespace SocialSentiment.Replies;

/// <summary>Makes a draft of what a language model went on with.</summary>
public static partial class DraftCleaner
{
    /// <summary>Whatever is longer is no short answer.</summary>
    public const int MaxLength = 280;

    private const int MostRead = 4000;
    private const int MostSentences = 3;

    private static readonly HashSet<string> s_dangling = new(StringComparer.Ordinal)
    {
        "a", "an", "the", "and", "or", "but", "of", "from", "as", "my", "your", "our", "their", "its", "because", "if", "than", "very", "we", "i", "they", "will", "would", "could", "should", "into", "am", "which",
    };

    private static readonly HashSet<string> s_small = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "an", "the", "and", "or", "of", "to", "with", "for", "from", "in", "on", "at", "we", "you", "i", "is", "are", "your", "our", "this",
    };

    /// <summary>The draft, or null when nothing useful is left of it.</summary>
    /// <param name="raw">What the model wrote.</param>
    /// <param name="isWhole">Whether it came to an end by itself; otherwise what follows the last whole sentence is given up.</param>
    public static string? Clean(string raw, bool isWhole = true)
    {
        ArgumentNullException.ThrowIfNull(raw);
        isWhole &= raw.Length <= MostRead;
        var text = raw.Length > MostRead ? raw[..MostRead] : raw;

        // What one thing was hidden in may be hidden in another.
        for (var i = 0; i < 8; i++)
        {
            var before = text;
            text = Tidy(WithoutPlaceholders(WithoutQuotes(WithoutLead(WithoutMarkup(Body(text))))));
            if (Whole(text, isWhole || i > 0) is not { } whole)
            {
                return null;
            }

            text = Cased(whole);
            if (text == before)
            {
                return IsUseful(text) ? text : null;
            }
        }

        return null;
    }

    /// <summary>
    /// What a text that still grows looks like so far: without what stands before it, not yet judged for its end. Empty
    /// while it is too early to say where it begins.
    /// </summary>
    public static string CleanStart(string raw)
    {
        ArgumentNullException.ThrowIfNull(raw);
        var endsWithBlank = raw.Length > 0 && char.IsWhiteSpace(raw[^1]);
        var text = Body(raw.Length > MostRead ? raw[..MostRead] : raw);
        text = Tidy(WithoutPlaceholders(WithoutQuotes(WithoutLead(WithoutMarkup(text)))));
        return text.Length == 0 ? "" : endsWithBlank ? Cased(text) + " " : Cased(text);
    }

    /// <summary>Everything before the model goes on with the next turn, on one line.</summary>
    private static string Body(string raw)
    {
        var text = Words.WellFormed(raw).Trim();
        if (OtherTurn().IsMatch(text))
        {
            return "";
        }

        if (NextTurn().Match(text, 1 <= text.Length ? 1 : 0) is { Success: true } turn)
        {
            text = text[..turn.Index];
        }

        return string.Join(' ', Hidden().Replace(text, " ").Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
    }

    private static string WithoutMarkup(string text)
    {
        if (text.Contains('&', StringComparison.Ordinal))
        {
            text = WebUtility.HtmlDecode(text);
        }

        text = Tag().Replace(Special().Replace(text, " "), " ");
        text = MarkdownLink().Replace(text, "$1");
        return Emphasis().Replace(text, "$2").Replace("`", "", StringComparison.Ordinal);
    }

    private static string WithoutLead(string text)
    {
        // "1. Reply: "...": one inside the other.
        for (var i = 0; i < 4; i++)
        {
            var trimmed = Lead().Replace(text.TrimStart(' ', '"', '“', '”', '«', '\'', '‘', '-', '–', '—', '•', '*', '>', '#', ':', ',', '.', '|', '~', '=', ')', ']', '_', '/', '\\', ';', '…', '+', '&'), "");
            if (trimmed == text)
            {
                break;
            }

            text = trimmed;
        }

        return text;
    }

    private static string WithoutQuotes(string text)
    {
        // A quotation mark without its other half is the border of the draft, not part of it.
        text = text.TrimEnd(' ', '"', '“', '”', '»', '*', '_', '|', '<', '>', '#', '\\', '[', '{', '(');
        var at = text.IndexOf('"', StringComparison.Ordinal);
        return at > 0 && text.LastIndexOf('"') == at ? text.Remove(at, 1) : text;
    }

    private static string WithoutPlaceholders(string text) => Placeholder().Replace(text, "");

    private static string Tidy(string text)
    {
        text = BlankBeforeMark().Replace(text, "$1");
        text = RepeatedMark().Replace(text, match => match.Value[0] == '.' ? (match.Length == 2 ? "." : "...") : match.Value[..1]);
        text = MixedMarks().Replace(text, match => match.Value.Contains('?', StringComparison.Ordinal) ? "?" : "!");
        text = LostMark().Replace(text, "$1");

        var words = new List<string>();
        var repeated = 0;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var again = words.Count > 0 && string.Equals(words[^1], word, StringComparison.OrdinalIgnoreCase);
            if (again && (s_small.Contains(word) || (words.Count > 1 && string.Equals(words[^2], word, StringComparison.OrdinalIgnoreCase))))
            {
                repeated++;
                continue;
            }

            words.Add(word == "i" ? "I" : word);
        }

        // A stammer is mended, a broken record is not.
        return repeated >= 4 ? "" : string.Join(' ', words).Trim();
    }

    private static string? Whole(string text, bool isWhole)
    {
        var sentences = Sentences(text);
        if (sentences.Count == 0)
        {
            return null;
        }

        if (!HasEnd(sentences[^1]) && (!isWhole || IsDangling(sentences[^1])))
        {
            var last = sentences[^1];
            sentences.RemoveAt(sentences.Count - 1);
            if (sentences.Count == 0)
            {
                // The first half of the only sentence, if it is one.
                var comma = last.LastIndexOfAny([',', ';', '–', '—']);
                if (comma < 15 || IsDangling(last[..comma].TrimEnd()))
                {
                    return null;
                }

                sentences.Add(last[..comma].TrimEnd(' ', ',', ';', '–', '—') + ".");
            }
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var kept = new List<string>();
        var length = 0;
        foreach (var sentence in sentences)
        {
            var key = Words.Line(sentence);
            if (!seen.Add(key.Length > 1 ? key : sentence))
            {
                continue;
            }

            if (kept.Count == MostSentences || length + sentence.Length > MaxLength)
            {
                break;
            }

            length += sentence.Length + 1;
            kept.Add(sentence);
        }

        if (kept.Count == 0)
        {
            return null;
        }

        // Chinese and Japanese have no blanks between sentences, and Thai no full stops.
        var whole = string.Concat(kept.Select((sentence, i) => i == 0 || kept[i - 1][^1] is '。' or '！' or '？' ? sentence : $" {sentence}"));
        return HasEnd(whole) || !whole.Any(letter => char.IsLower(letter) || char.IsUpper(letter)) ? whole : whole.TrimEnd(',', ';', ':', '-', '–', '—', ' ') + ".";
    }

    private static List<string> Sentences(string text)
    {
        var sentences = new List<string>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '.' or '!' or '?' or '。' or '！' or '？' or '…' or '।')
            {
                while (i + 1 < text.Length && text[i + 1] is '.' or '!' or '?' or '"' or '”' or ')' or '\'')
                {
                    i++;
                }

                // "3.5", "e.g. this" and "a.m." end no sentence.
                var ends = i + 1 >= text.Length || text[i] is '。' or '！' or '？'
                    || (text[i + 1] == ' ' && !(text[i] == '.' && i + 2 < text.Length && char.IsLower(text[i + 2])));
                if (ends)
                {
                    Add(i + 1);
                }
            }
        }

        Add(text.Length);
        return sentences;

        void Add(int end)
        {
            var sentence = text[start..end].Trim();
            start = end;
            if (sentence.Length == 0)
            {
                return;
            }

            // Emoji after a sentence belong to it.
            if (sentences.Count > 0 && !sentence.Any(char.IsLetterOrDigit))
            {
                sentences[^1] += $" {sentence}";
            }
            else
            {
                sentences.Add(sentence);
            }
        }
    }

    private static bool HasEnd(string sentence)
    {
        var end = sentence.TrimEnd('"', '”', ')', '\'', ' ');
        if (end.Length == 0)
        {
            return false;
        }

        return end[^1] is '.' or '!' or '?' or '…' or '।' or '。' or '！' or '？' or '\u200d' or '\ufe0f'
            || (Rune.DecodeLastFromUtf16(end, out var last, out _) == System.Buffers.OperationStatus.Done && PostKinds.IsEmoji(last));
    }

    private static bool IsDangling(string sentence) => Words.Of(sentence) is [.., var last] && s_dangling.Contains(last);

    private static string Cased(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsLetter(text[i]))
            {
                // "iPhone" stays what it is.
                return char.IsLower(text[i]) && !(i + 1 < text.Length && char.IsUpper(text[i + 1]))
                    ? string.Concat(text.AsSpan(0, i), char.ToUpperInvariant(text[i]).ToString(), text.AsSpan(i + 1))
                    : text;
            }
        }

        return text;
    }

    private static bool IsUseful(string text)
    {
        var letters = text.Count(char.IsLetter);
        if (letters < 3 || text.Length > MaxLength || letters * 2 < text.Count(character => !char.IsWhiteSpace(character)))
        {
            return false;
        }

        // The same over and over, word by word or letter by letter.
        var words = Words.Of(text);
        if (words.Count >= 6 && words.Distinct(StringComparer.Ordinal).Count() * 2 < words.Count)
        {
            return false;
        }

        return words.Count > 0 && !words.Exists(word => word.Length > 40)
            && (letters < 12 || text.Where(char.IsLetter).Select(char.ToLowerInvariant).Distinct().Count() >= 5);
    }

    [GeneratedRegex(@"(?:\n|^|(?<=[.!?""”] ))\s*(?:post|feeling|tone|reply|label|user|assistant|system)\s*:|<\||(?<!:)\n\s*\n\s*\S", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NextTurn();

    [GeneratedRegex(@"^(?:post|feeling|tone|label|user|system)\s*:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OtherTurn();

    [GeneratedRegex(@"[\p{Cc}\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffd\u2028\u2029]")]
    private static partial Regex Hidden();

    [GeneratedRegex(@"<\|[^<>|]{0,40}\|?>?|\[/?INST\]")]
    private static partial Regex Special();

    [GeneratedRegex(@"</?[a-zA-Z][^<>]{0,200}>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\[([^\[\]]{1,100})\]\((?:[^()]{0,200})\)")]
    private static partial Regex MarkdownLink();

    [GeneratedRegex(@"(?<![\w*_])(\*\*\*|\*\*|\*|__|_|~~)(?=\S)([^*_~]{1,300}?)(?<=\S)\1(?![\w*_])")]
    private static partial Regex Emphasis();

    [GeneratedRegex(@"^(?:(?:(?:suggested |draft |possible |sample |short |brief |friendly |professional |empathetic )*(?:reply|replies|response|answer|draft|comment|tweet|message|re|rt|us|support|agent|customer service|assistant|bot|company)\s*(?:\#?\d{1,2})?\s*:)|(?:\(?\d{1,2}[.)]\s)|(?-i:@?[A-Z][\w'-]{0,20}(?: [A-Z][\w'-]{0,20})?:\s)|(?:(?:(?:sure|certainly|of course|okay|absolutely)[,!.]? )?here(?:'s| is| are)[^:.!?]{0,80}:))\s*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Lead();

    [GeneratedRegex(@"(?<![\w@])@user\b(?:'s)?|(?<!\S)@\s*user\b|(?<!\S)http(?=[\s.,!?;:]|$)", RegexOptions.IgnoreCase)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\.{2,}|!{2,}|\?{2,}|,{2,}|;{2,}|:{2,}(?!\w)|-{3,}")]
    private static partial Regex RepeatedMark();

    [GeneratedRegex(@"[!?]{2,}")]
    private static partial Regex MixedMarks();

    [GeneratedRegex(@"\s+([.,!?;])(?=\s|$|[.,!?;])")]
    private static partial Regex BlankBeforeMark();

    [GeneratedRegex(@"[,;]+([.!?])")]
    private static partial Regex LostMark();
}
