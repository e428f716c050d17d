using System.Text;

namespace SocialSentiment.Replies.Tests;

/// <summary>Texts that nobody writes: pieces that the rules look for and any other characters, broken ones too; the same in every run.</summary>
internal static class RandomTexts
{
    private static readonly string[] s_pieces =
    [
        "Reply:", "Post:", "\n", "\n\n", "\"", "“", "@user", "http", "https://x.y/z", "sorry", "to hear", "that", ". ", "! ", "?", "...", "😊", "❤️", "👨‍👩‍👧", "**", "_", "<b>", "</b>", "&amp;", "<|endoftext|>",
        "1.", "555 1234", "a@b.de", "#", "(", ")", "[x](y)", "ａｂｃ", "ñ", "e\u0301", "\u200b", "\ud83d", "\ude00", "\0", "我们", "спасибо", "شكرا", "'", "’s", "n't", "the the", "i", "-", "–", "…", "J. R.", "We", "will", "fix", "$5", "50%", "A:", "Tone: x",
    ];

    public static IEnumerable<string> Some(int count)
    {
        var random = new Random(17);
        for (var i = 0; i < count; i++)
        {
            yield return One(random, random.Next(1, 40));
        }
    }

    public static IEnumerable<string> Long()
    {
        yield return new string('a', 5000);
        yield return new string('"', 5000);
        yield return new string('[', 5000);
        yield return new string('<', 5000);
        yield return new string('*', 5000);
        yield return new string('\n', 2500) + new string('x', 2500);
        foreach (var piece in (string[])["a ", "<a", "[a](", "**a", "_a ", "a.", "@user ", "http ", "Reply: ", "\n\n", "The train. ", "A: ", "! ?", "sorry sorry ", "my name is A B ", "i want to ", "x@y.z ", "1 ", "very ", "was "])
        {
            yield return string.Concat(Enumerable.Repeat(piece, 5000 / piece.Length));
        }

        var random = new Random(18);
        for (var i = 0; i < 20; i++)
        {
            var text = One(random, 2500);
            yield return text[..Math.Min(5000, text.Length)];
        }
    }

    private static string One(Random random, int parts)
    {
        var text = new StringBuilder();
        for (var i = 0; i < parts; i++)
        {
            _ = random.Next(4) switch
            {
                0 => text.Append((char)random.Next(0x20, 0x7f)),
                1 => text.Append((char)random.Next(0, 0x10000)),
                2 => text.Append(' ').Append(s_pieces[random.Next(s_pieces.Length)]),
                _ => text.Append(s_pieces[random.Next(s_pieces.Length)]),
            };
        }

        return text.ToString();
    }
}
