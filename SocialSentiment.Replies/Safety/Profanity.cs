using System.Collections.Frozen;
using System.Text;
using SocialSentiment.Replies.Text;

namespace SocialSentiment.Replies.Safety;

/// <summary>Finds words that nobody shall read, the usual disguises included; Scunthorpe stays a town.</summary>
internal static class Profanity
{
    private static readonly FrozenSet<string> s_words;
    private static readonly FrozenSet<string> s_collapsed;
    private static readonly ILookup<char, string> s_beginnings;
    private static readonly string[] s_endings;
    private static readonly string[] s_anywhere;

    // Other alphabets' letters that look like these.
    private const string LookAlikes = "аaвbсcеeнhкkмmоoрpтtуyхxіiѕsԁdјjαaεeοoρpτtυuνvιiκk";

    // Written alike, or beginning alike, and decent.
    private static readonly FrozenSet<string> s_decent = new[]
    {
        "shiitake", "shitake", "niggle", "niggles", "niggling", "retardant", "pissarro", "rapper", "rappers", "rapping", "rapped", "bonner", "annus", "woop", "woops", "whoop", "whoops", "shiite", "shiites", "krautrock", "negroni", "negronis",
    }.ToFrozenSet(StringComparer.Ordinal);

    static Profanity()
    {
        var entries = EmbeddedText.Lines(EmbeddedText.Read("words.txt")).Select(entry => string.Concat(Turned(entry.Line).Select(Seen))).ToArray();
        s_words = entries.Where(entry => !entry.Contains('*', StringComparison.Ordinal)).ToFrozenSet(StringComparer.Ordinal);
        var beginnings = entries.Where(entry => entry[0] != '*' && entry[^1] == '*').Select(entry => entry[..^1]).ToArray();
        s_beginnings = beginnings.ToLookup(beginning => beginning[0]);
        s_endings = [.. entries.Where(entry => entry[0] == '*' && entry[^1] != '*').Select(entry => entry[1..])];
        s_anywhere = [.. entries.Where(entry => entry[0] == '*' && entry[^1] == '*').Select(entry => entry[1..^1])];
        s_collapsed = s_words.Concat(beginnings).Concat(s_endings).Concat(s_anywhere).Select(Collapsed).ToFrozenSet(StringComparer.Ordinal);
    }

    public static bool In(string text)
    {
        var spaced = new StringBuilder();
        foreach (var part in text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries))
        {
            var word = part.Trim('"', '\'', ',', ';', ':', '(', ')', '[', ']', '“', '”', '‘', '’', '-', '–', '—', '_');
            var plain = word.Trim('.', '!', '?', '*', '#');
            if (IsMasked(plain) || IsBadInAnyDisguise(word) || IsBadInAnyDisguise(plain))
            {
                return true;
            }

            // One letter after the other, with blanks between them.
            if (plain.Length == 1)
            {
                spaced.Append(Seen(plain[0]));
                if (spaced.Length >= 3 && HoldsBadEnd(spaced.ToString()))
                {
                    return true;
                }
            }
            else
            {
                spaced.Clear();
            }
        }

        return false;
    }

    private static bool IsBadInAnyDisguise(string word)
    {
        if (word.Length < 2)
        {
            return false;
        }

        // Written in pieces: each piece, and all of them together when they are single letters.
        var folded = Letters.Folded(word);
        var letters = new StringBuilder(folded.Length);
        var pieces = folded.Split('-', '.', '_', '/', '~', '|', '+', '&', ',', ':', ';', '\'', '"', '(', ')', '[', ']', '<', '>', '=', '…');
        foreach (var piece in pieces)
        {
            if (IsBad(piece))
            {
                return true;
            }

            letters.Append(piece);
        }

        return pieces.Length > 1 && !folded.Contains('\'', StringComparison.Ordinal) && pieces.All(piece => piece.Length <= 2) && IsBad(letters.ToString());
    }

    private static bool IsBad(string piece)
    {
        if (piece.Length < 2 || IsCount(piece) || !piece.Any(character => char.IsLetter(character) || character is '@' or '$'))
        {
            return false;
        }

        // One sign may stand for two letters.
        var seen = string.Concat(piece.Select(Seen));
        return IsListed(seen.Trim('!'))
            || (seen.Contains('!', StringComparison.Ordinal) && IsListed(seen.Replace('!', 'i')))
            || (piece.Contains('1', StringComparison.Ordinal) && IsListed(string.Concat(piece.Select(character => character == '1' ? 'l' : Seen(character)))));
    }

    /// <summary>"45s" is a record, or a while.</summary>
    private static bool IsCount(string piece) => piece[^1] is 's' && piece[..^1].All(char.IsAsciiDigit);

    private static bool IsListed(string word)
    {
        if (word.Length < 2 || s_decent.Contains(word))
        {
            return false;
        }

        if (Matches(word))
        {
            return true;
        }

        // Letters held: three of a kind in no word of English, two where enough of the word is left to be sure.
        var (held, doubled) = Held(word);
        if (!held && !doubled)
        {
            return false;
        }

        var collapsed = Collapsed(word);
        return (held && s_collapsed.Contains(collapsed)) || (collapsed.Length >= 4 && collapsed != word && Matches(collapsed));
    }

    private static bool Matches(string word) =>
        s_words.Contains(word)
        || s_beginnings[word[0]].Any(beginning => word.StartsWith(beginning, StringComparison.Ordinal))
        || Array.Exists(s_endings, end => word.EndsWith(end, StringComparison.Ordinal))
        || Array.Exists(s_anywhere, part => word.Contains(part, StringComparison.Ordinal));

    private static bool HoldsBadEnd(string letters)
    {
        for (var start = Math.Max(0, letters.Length - 12); start <= letters.Length - 3; start++)
        {
            if (IsListed(letters[start..]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Stars or the like in the midst of a word: whatever it hides, it is no word for a reply.</summary>
    private static bool IsMasked(string word)
    {
        for (var i = 1; i < word.Length - 1; i++)
        {
            if (word[i] is '*' or '#' or '%' && (char.IsLetter(word[i - 1]) || word[i - 1] is '@' or '$'))
            {
                var end = i;
                while (end < word.Length && word[end] is '*' or '#' or '%' or '$' or '@')
                {
                    end++;
                }

                if (end < word.Length && char.IsLetter(word[end]))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static char Seen(char character) => character switch
    {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' or '@' => 'a',
        '5' or '$' => 's',
        '7' => 't',
        '8' => 'b',
        '!' => '!',
        _ => Alike(char.ToLowerInvariant(character)),
    };

    private static char Alike(char letter)
    {
        if (letter < 128)
        {
            return letter;
        }

        var at = LookAlikes.IndexOf(letter, StringComparison.Ordinal);
        return at >= 0 && at % 2 == 0 ? LookAlikes[at + 1] : letter;
    }

    private static (bool Held, bool Doubled) Held(string word)
    {
        var (held, doubled) = (false, false);
        for (var i = 1; i < word.Length; i++)
        {
            if (word[i] == word[i - 1])
            {
                doubled = true;
                held |= i >= 2 && word[i] == word[i - 2];
            }
        }

        return (held, doubled);
    }

    private static string Collapsed(string word)
    {
        var collapsed = new StringBuilder(word.Length);
        foreach (var letter in word)
        {
            if (collapsed.Length == 0 || collapsed[^1] != letter)
            {
                collapsed.Append(letter);
            }
        }

        return collapsed.ToString();
    }

    private static string Turned(string word) => string.Concat(word.Select(letter =>
        letter is >= 'a' and <= 'z' ? (char)('a' + ((letter - 'a' + 13) % 26)) : letter));
}
