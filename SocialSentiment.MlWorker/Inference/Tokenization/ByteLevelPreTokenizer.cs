using System.Globalization;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace SocialSentiment.MlWorker.Inference.Tokenization;

/// <summary>
/// Cuts a text as GPT-2 and RoBERTa do: English contractions, runs of letters, of digits and of anything else, each with the
/// blank before it, and white space. The package's own takes letters and digits beyond the first 65,536 characters, the
/// 𝓯𝓪𝓷𝓬𝔂 ones of which posts are fond, for signs.
/// </summary>
internal sealed class ByteLevelPreTokenizer : PreTokenizer
{
    public static readonly ByteLevelPreTokenizer Instance = new();

    private enum Kind
    {
        Letter,
        Number,
        WhiteSpace,
        Other,
    }

    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
    {
        for (int start = 0, length; start < text.Length; start += length)
        {
            length = LengthOfPiece(text.AsSpan(start));
            yield return (start, length);
        }
    }

    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => PreTokenize(text.ToString());

    private static int LengthOfPiece(ReadOnlySpan<char> text)
    {
        if (text[0] == '\'' && LengthOfContraction(text) is var contraction and > 0)
        {
            return contraction;
        }

        var start = text[0] == ' ' && text.Length > 1 && KindOf(text[1..], out _) != Kind.WhiteSpace ? 1 : 0;
        var kind = KindOf(text[start..], out var length);
        var end = start + length;
        while (end < text.Length && KindOf(text[end..], out length) == kind)
        {
            end += length;
        }

        // The last of several white spaces belongs to what follows.
        return kind == Kind.WhiteSpace && end > 1 && end < text.Length ? end - 1 : end;
    }

    private static int LengthOfContraction(ReadOnlySpan<char> text) => text[1..] switch
    {
        ['s' or 't' or 'm' or 'd', ..] => 2,
        ['r', 'e', ..] or ['v', 'e', ..] or ['l', 'l', ..] => 3,
        _ => 0,
    };

    private static Kind KindOf(ReadOnlySpan<char> text, out int length)
    {
        Rune.DecodeFromUtf16(text, out var rune, out length);
        return Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => Kind.Letter,
            >= UnicodeCategory.DecimalDigitNumber and <= UnicodeCategory.OtherNumber => Kind.Number,
            _ => Rune.IsWhiteSpace(rune) ? Kind.WhiteSpace : Kind.Other,
        };
    }
}
