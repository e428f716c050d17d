using System.Buffers;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.Tokenizers;

/// <summary>
/// What BERT does to a text before it looks at the words: control characters go, all kinds of spaces become one kind,
/// and, as the options say, capitals and accents go and CJK characters are set apart.
/// </summary>
internal sealed class BertNormalizer(bool lowerCase, bool individuallyTokenizeCjk, bool removeNonSpacingMarks) : Normalizer
{
    // The most one character grows to: a CJK character and a space on either side.
    private const int MaxGrowth = 3;

    public override string Normalize(string original)
    {
        if (string.IsNullOrEmpty(original))
        {
            return string.Empty;
        }

        string text = removeNonSpacingMarks ? original.Normalize(NormalizationForm.FormD) : original;

        char[] buffer = ArrayPool<char>.Shared.Rent(text.Length * MaxGrowth);
        try
        {
            int length = Normalize(text, buffer);
            return length == 0 ? string.Empty : new string(buffer, 0, length).Normalize(NormalizationForm.FormC);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    public override string Normalize(ReadOnlySpan<char> original) => Normalize(original.ToString());

    private int Normalize(ReadOnlySpan<char> text, Span<char> destination)
    {
        int written = 0;

        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsAscii(c))
            {
                if (!char.IsControl(c))
                {
                    destination[written++] = lowerCase && char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
                }

                continue;
            }

            bool isPair = char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            ReadOnlySpan<char> character = text.Slice(i, isPair ? 2 : 1);
            i += character.Length - 1;

            written += Normalize(character, isPair ? char.ConvertToUtf32(c, character[1]) : c, destination[written..]);
        }

        return written;
    }

    private int Normalize(ReadOnlySpan<char> character, int codePoint, Span<char> destination)
    {
        UnicodeCategory category = CharUnicodeInfo.GetUnicodeCategory(codePoint);
        switch (category)
        {
            case UnicodeCategory.Control:
            case UnicodeCategory.NonSpacingMark when removeNonSpacingMarks:
            case var _ when codePoint == Rune.ReplacementChar.Value:
                return 0;

            case UnicodeCategory.SpaceSeparator:
                destination[0] = ' ';
                return 1;

            case UnicodeCategory.UppercaseLetter when lowerCase:
                return character.ToLowerInvariant(destination);

            case var _ when individuallyTokenizeCjk && IsCjk(codePoint):
                destination[0] = ' ';
                character.CopyTo(destination[1..]);
                destination[character.Length + 1] = ' ';
                return character.Length + 2;

            default:
                character.CopyTo(destination);
                return character.Length;
        }
    }

    // The real package's documentation counts U+3400 in; its code does not.
    private static bool IsCjk(int codePoint) => codePoint
        is (> 0x3400 and <= 0x4DBF)
        or (>= 0x4E00 and <= 0x9FFF)
        or (>= 0xF900 and <= 0xFAFF)
        or (>= 0x20000 and <= 0x2A6DF)
        or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F)
        or (>= 0x2B820 and <= 0x2CEAF)
        or (>= 0x2F800 and <= 0x2FA1F);
}
