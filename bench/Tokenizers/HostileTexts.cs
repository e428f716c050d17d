using System.Text;

namespace SocialSentiment.Bench.Tokenizers;

/// <summary>Texts that nobody writes and somebody sends: pieces of every script and of none, put together at random but always the same.</summary>
internal static class HostileTexts
{
    private static readonly string[] s_pieces =
    [
        "the", "Not", "GOOD", "don't", "I'LL", "we've", "'s", "''", "...", "!!!", "?!", "@user", "@", "#Tag", "http", "https://t.co/x?y=1&z=2",
        "[SEP]", "[CLS]", "[MASK]", "[PAD]", "<s>", "</s>", "<mask>", "<pad>", "<|endoftext|>", "##ing", "[unused1]", "Ġthe", "▁the",
        " ", "  ", "\t", "\n", "\r\n", "\u00A0", "\u2003", "\u3000", "\u2028", "\u0085", "\u000B", "\u180E", "\u0000", "\u0007", "\u001C", "\uFEFF", "\uFFFD", "\uFFFE", "\uFFFF",
        "\u200B", "\u200C", "\u200D", "\u2060", "\u00AD", "\u202E", "\u200F", "\u061C", "\U000E0041",
        "😀", "😂😂😂", "❤️", "❤", "👍🏽", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "🇺🇸🇫🇷", "1️⃣", "🤷🏿‍♀️", "🥹", "🫠", "☺", "✌🏻", "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "é", "e\u0301", "E\u0323\u0301", "ñ", "Å", "ß", "ẞ", "İ", "ı", "ſ", "Ǆ", "ﬁ", "Σας", "ΑΣ", "Ё", "й", "z\u0351\u0347\u036B", "\u0301", "\u0308\u0308\u0308", "q\u0489", "a\u0315\u0300",
        "漢字", "中文", "日本語テスト", "がぎぐ", "カ\u3099", "한국어", "각", "\u1112\u1161\u11AB", "ไทย", "กำลัง", "हिन्दी", "क्ष", "தமிழ்", "বাংলা", "ខ្មែរ", "မြန်မာ", "עברית", "שָׁלוֹם", "العربية", "مُحَمَّد", "فارسی‌ها", "ქართული", "Հայերեն", "አማርኛ",
        "𝓱𝓮𝓵𝓵𝓸", "𝐁𝐨𝐥𝐝", "𝟙𝟚𝟛", "ⓗⓘ", "ｆｕｌｌ", "①②③", "Ⅷ", "½", "٣٤", "१२", "²", "𐍈", "𠀀", "𪜀", "𫝀", "𫠠", "𬺰", "丽", "𐄀", "𝅘𝅥𝅮", "𞤀",
        "$5", "+1", "a=b", "x^2", "`code`", "|", "~", "<3", ":-)", "¯\\_(ツ)_/¯", "€", "£", "°", "…", "—", "“quoted”", "‘s", "’s", "«»", "¡¿", "・", "。", "、", "！", "\\", "_", "{}",
        "\uD83D", "\uDE00", "\uD83Dx", "x\uDE00", "\uDE00\uD83D",
    ];

    public static IEnumerable<string> MakeUp(int count, int seed = 20)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            text.Clear();
            for (var pieces = random.Next(1, 30); pieces > 0; pieces--)
            {
                switch (random.Next(12))
                {
                    case 0:
                        text.Append(AnyCharacter(random));
                        break;
                    case 1:
                        text.Append(AnyCharacter(random, 0x3000));
                        break;
                    case 2 when i % 10 == 0:
                        AppendMany(text, random);
                        break;
                    default:
                        text.Append(s_pieces[random.Next(s_pieces.Length)]);
                        break;
                }

                if (random.Next(2) == 0)
                {
                    text.Append(' ');
                }
            }

            // No post is longer.
            yield return text.ToString(0, Math.Min(text.Length, 5000));
        }
    }

    private static void AppendMany(StringBuilder text, Random random)
    {
        var piece = random.Next(3) switch
        {
            0 => "x",
            1 => s_pieces[random.Next(s_pieces.Length)],
            _ => AnyCharacter(random),
        };
        for (var left = random.Next(90, 210); left > 0; left--)
        {
            text.Append(piece);
        }
    }

    private static string AnyCharacter(Random random, int below = 0x110000)
    {
        while (true)
        {
            if (Rune.IsValid(random.Next(below)) && Rune.TryCreate(random.Next(below), out var rune))
            {
                return rune.ToString();
            }
        }
    }
}
