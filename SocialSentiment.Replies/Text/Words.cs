using System.Text;

namespace SocialSentiment.Replies.Text;

/// <summary>The words of a text, as rules and comparisons want them: in small letters, without accents, contractions written out.</summary>
internal static class Words
{
    private static readonly Dictionary<string, string> s_contractions = new(StringComparer.Ordinal)
    {
        ["can't"] = "can not",
        ["cannot"] = "can not",
        ["won't"] = "will not",
        ["shan't"] = "shall not",
        ["ain't"] = "is not",
        ["let's"] = "let us",
        ["gonna"] = "going to",
        ["wanna"] = "want to",
        ["im"] = "i am",
        ["ive"] = "i have",
        ["dont"] = "do not",
        ["cant"] = "can not",
        ["wont"] = "will not",
        ["didnt"] = "did not",
        ["isnt"] = "is not",
        ["wasnt"] = "was not",
        ["doesnt"] = "does not",
        ["youre"] = "you are",
        ["weve"] = "we have",
    };

    private static readonly (string End, string Meaning)[] s_endings =
    [
        ("n't", " not"), ("'re", " are"), ("'ve", " have"), ("'ll", " will"), ("'m", " am"), ("'d", " would"),
    ];

    private static readonly string[] s_sentenceEnds = [". ", "! ", "? ", "… "];

    private static readonly HashSet<string> s_beforeIs = new(StringComparer.Ordinal)
    {
        "it", "that", "this", "there", "here", "what", "who", "where", "how", "he", "she", "everything", "everyone", "nobody",
    };

    /// <summary>The words, each written out.</summary>
    public static List<string> Of(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var character in Letters.Folded(text))
        {
            if (char.IsLetterOrDigit(character) || (character == '\'' && word.Length > 0))
            {
                word.Append(char.ToLowerInvariant(character));
            }
            else
            {
                Add();
            }
        }

        Add();
        return words;

        void Add()
        {
            if (word.Length == 0)
            {
                return;
            }

            var found = word.ToString().TrimEnd('\'');
            word.Clear();
            if (found.Length > 0)
            {
                words.AddRange(WrittenOut(found).Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
        }
    }

    /// <summary>The words with a blank before and after each, for patterns.</summary>
    public static string Line(IReadOnlyList<string> words) => words.Count == 0 ? " " : $" {string.Join(' ', words)} ";

    public static string Line(string text) => Line(Of(text));

    /// <summary>The same with a full stop between sentences, so that no phrase is found across two of them.</summary>
    public static string SentenceLine(string text) =>
        $" {string.Join(" . ", text.Split(s_sentenceEnds, StringSplitOptions.RemoveEmptyEntries).Select(sentence => Line(sentence).Trim()))} ";

    public static string WellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
                {
                    i++;
                    continue;
                }

                return string.Create(text.Length, text, (span, source) =>
                {
                    for (var at = 0; at < source.Length; at++)
                    {
                        if (at + 1 < source.Length && char.IsSurrogatePair(source[at], source[at + 1]))
                        {
                            (span[at], span[at + 1]) = (source[at], source[at + 1]);
                            at++;
                        }
                        else
                        {
                            span[at] = char.IsSurrogate(source[at]) ? '\uFFFD' : source[at];
                        }
                    }
                });
            }
        }

        return text;
    }

    private static string WrittenOut(string word)
    {
        if (s_contractions.TryGetValue(word, out var meaning))
        {
            return meaning;
        }

        foreach (var (end, written) in s_endings)
        {
            if (word.Length > end.Length && word.EndsWith(end, StringComparison.Ordinal))
            {
                return word[..^end.Length] + written;
            }
        }

        if (word.EndsWith("'s", StringComparison.Ordinal))
        {
            return s_beforeIs.Contains(word[..^2]) ? word[..^2] + " is" : word[..^2];
        }

        return word.Replace("'", "", StringComparison.Ordinal);
    }
}
