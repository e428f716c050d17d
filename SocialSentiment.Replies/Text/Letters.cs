using System.Globalization;
using System.Text;

namespace SocialSentiment.Replies.Text;

/// <summary>
/// Letters as a reader takes them. .NET's own normalization needs ICU, which the API runs without; a draft that the
/// worker refuses is one that the API refuses.
/// </summary>
internal static class Letters
{
    // The letters that U+00C0 to U+024F and U+1E00 to U+1EFF are made of; a full stop for those that are made of nothing else.
    private const string Latin =
        "AAAAAA.CEEEEIIII.NOOOOO.OUUUUY.saaaaaa.ceeeeiiii.nooooo.ouuuuy.yAaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGg"
        + "Hh.hIiIiIiIiIiIiJjKk.LlLlLlLlLlNnNnNn...OoOoOo..RrRrRrSsSsSsSsTtTt.tUuUuUuUuUuUuWwYyYZzZzZzs........"
        + "..........f......k......Oo.............Uu...................DDdLLlNNnAaIiOoUuUuUuUuUu.AaAa....GgKkOo"
        + "Oo..jDDdGg..NnAa....AaAaEeEeIiIiOoOoRrRrUuUuSsTt..Hh......AaEeOoOoOoOoYy............................";

    private const string LatinAdditional =
        "AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMmMmMmNnNnNnNnOoOoOoOoPpPpRrRrRrRrSsSs"
        + "SsSsSsTtTtTtTtUuUuUuUuUuVvVvWwWwWwWwWwXxXxYyZzZzZzhtwyas....AaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEeEeEeEeEe"
        + "IiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYy......";

    /// <summary>Without accents, shapes and what takes no room.</summary>
    public static string Folded(string text)
    {
        if (IsPlain(text))
        {
            return text;
        }

        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format:
                    break;
                default:
                    folded.Append(Plain(rune.Value) is { } plain ? plain.ToString() : rune.ToString());
                    break;
            }
        }

        return folded.ToString();
    }

    private static char? Plain(int letter) => letter switch
    {
        '`' or 0xB4 or 0x2018 or 0x2019 or 0x2BC => '\'',
        >= 0xC0 and < 0x250 => Made(Latin[letter - 0xC0]),
        >= 0x1E00 and < 0x1F00 => Made(LatinAdditional[letter - 0x1E00]),

        // Full width; in circles, squares and mathematics, which some write words with.
        >= 0xFF01 and <= 0xFF5E => (char)(letter - 0xFEE0),
        >= 0x24B6 and <= 0x24CF => (char)('A' + letter - 0x24B6),
        >= 0x24D0 and <= 0x24E9 => (char)('a' + letter - 0x24D0),
        >= 0x1F130 and <= 0x1F149 => (char)('A' + letter - 0x1F130),
        >= 0x1F150 and <= 0x1F169 => (char)('A' + letter - 0x1F150),
        >= 0x1F170 and <= 0x1F189 => (char)('A' + letter - 0x1F170),
        >= 0x1D400 and <= 0x1D6A3 => InMathematics((letter - 0x1D400) % 52),
        >= 0x1D7CE and <= 0x1D7FF => (char)('0' + ((letter - 0x1D7CE) % 10)),
        _ => null,
    };

    private static char? Made(char letter) => letter == '.' ? null : letter;

    private static char InMathematics(int letter) => (char)(letter < 26 ? 'A' + letter : 'a' + letter - 26);

    private static bool IsPlain(string text)
    {
        foreach (var character in text)
        {
            if (character is > '\u007e' or '`')
            {
                return false;
            }
        }

        return true;
    }
}
