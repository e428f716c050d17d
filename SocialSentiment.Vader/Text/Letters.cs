using System.Globalization;
using System.Text;

namespace SocialSentiment.Vader.Text;

/// <summary>Questions about characters, answered as Python answers them.</summary>
internal static class Letters
{
    private const char CapitalThorn = 'Þ', SmallThorn = 'þ', KelvinSign = '\u212A';

    /// <summary>Unicode's Other_Lowercase: lower case to Python, though not lower-case letters by category.</summary>
    private static readonly (int First, int Last)[] s_otherLower =
    [
        (0x00AA, 0x00AA), (0x00BA, 0x00BA), (0x02B0, 0x02B8), (0x02C0, 0x02C1), (0x02E0, 0x02E4), (0x0345, 0x0345),
        (0x037A, 0x037A), (0x1D2C, 0x1D6A), (0x1D78, 0x1D78), (0x1D9B, 0x1DBF), (0x2071, 0x2071), (0x207F, 0x207F),
        (0x2090, 0x209C), (0x2170, 0x217F), (0x24D0, 0x24E9), (0x2C7C, 0x2C7D), (0xA69C, 0xA69D), (0xA770, 0xA770),
        (0xA7F8, 0xA7F9), (0xAB5C, 0xAB5F), (0x10780, 0x10780), (0x10783, 0x10785), (0x10787, 0x107B0), (0x107B2, 0x107BA),
    ];

    /// <summary>Unicode's Other_Uppercase: Roman numerals, circled and squared capitals.</summary>
    private static readonly (int First, int Last)[] s_otherUpper =
        [(0x2160, 0x216F), (0x24B6, 0x24CF), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189)];

    /// <summary>As <c>str.isspace</c>, which unlike .NET counts the four ASCII separators.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1C' and <= '\x1F';

    /// <summary>As <c>in string.punctuation</c>: ASCII's punctuation and symbols.</summary>
    public static bool IsPunctuation(char c) => char.IsAscii(c) && (char.IsPunctuation(c) || char.IsSymbol(c));

    /// <summary>
    /// Lower case as far as the vocabulary can tell. It is written in ASCII and the letter thorn, and these are all the
    /// characters whose lower case is that.
    /// </summary>
    public static char Fold(char c) => c switch
    {
        >= 'A' and <= 'Z' => (char)(c | 0x20),
        CapitalThorn => SmallThorn,
        KelvinSign => 'k',
        _ => c,
    };

    /// <summary>As <c>str.isupper</c>: at least one capital, and nothing in lower or title case.</summary>
    public static bool IsUpper(ReadOnlySpan<char> word)
    {
        var hasCapital = false;
        for (var i = 0; i < word.Length; i++)
        {
            if (!char.IsAscii(word[i]))
            {
                return IsUpper(word[i..], hasCapital);
            }

            if (char.IsAsciiLetterLower(word[i]))
            {
                return false;
            }

            hasCapital |= char.IsAsciiLetterUpper(word[i]);
        }

        return hasCapital;
    }

    private static bool IsUpper(ReadOnlySpan<char> rest, bool hasCapital)
    {
        foreach (var rune in rest.EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter:
                    return false;
                case UnicodeCategory.UppercaseLetter:
                    hasCapital = true;
                    break;
                default:
                    if (Contains(s_otherLower, rune.Value))
                    {
                        return false;
                    }

                    hasCapital |= Contains(s_otherUpper, rune.Value);
                    break;
            }
        }

        return hasCapital;
    }

    private static bool Contains((int First, int Last)[] ranges, int value)
    {
        foreach (var (first, last) in ranges)
        {
            if (value <= last)
            {
                return value >= first;
            }
        }

        return false;
    }
}
