using System.Buffers;
using System.Text;

namespace Microsoft.ML.Tokenizers;

/// <summary>
/// The alphabet of byte-level vocabularies. A text is written in UTF-8, and each byte as one visible character:
/// itself where Latin-1 has a visible one for it, else one of those from U+0100 on. "é " is "Ã©Ġ".
/// </summary>
/// <remarks>A lone surrogate is written as the three bytes UTF-8 would give it, if it allowed that.</remarks>
internal static class ByteAlphabet
{
    private const int MaxBytesPerChar = 3;
    private const int FirstSubstitute = 0x100;

    private static readonly char[] s_letters = CreateLetters();
    private static readonly int[] s_bytes = CreateBytes();

    public static int GetMaxLength(int textLength) => textLength * MaxBytesPerChar;

    /// <summary>Writes a text in the alphabet.</summary>
    public static int Encode(ReadOnlySpan<char> text, Span<char> destination)
    {
        int written = 0;
        for (int i = 0; i < text.Length;)
        {
            int codePoint = CodePointAt(text, i);
            switch (codePoint)
            {
                case < 0x80:
                    destination[written++] = s_letters[codePoint];
                    break;

                case < 0x800:
                    destination[written++] = s_letters[0xC0 | (codePoint >> 6)];
                    destination[written++] = ContinuationLetter(codePoint);
                    break;

                case < 0x10000:
                    destination[written++] = s_letters[0xE0 | (codePoint >> 12)];
                    destination[written++] = ContinuationLetter(codePoint >> 6);
                    destination[written++] = ContinuationLetter(codePoint);
                    break;

                default:
                    destination[written++] = s_letters[0xF0 | (codePoint >> 18)];
                    destination[written++] = ContinuationLetter(codePoint >> 12);
                    destination[written++] = ContinuationLetter(codePoint >> 6);
                    destination[written++] = ContinuationLetter(codePoint);
                    break;
            }

            i += Utf16Length(codePoint);
        }

        return written;
    }

    /// <summary>How many letters <see cref="Encode"/> writes.</summary>
    public static int GetLength(ReadOnlySpan<char> text)
    {
        int length = 0;
        for (int i = 0; i < text.Length;)
        {
            int codePoint = CodePointAt(text, i);
            length += Utf8Length(codePoint);
            i += Utf16Length(codePoint);
        }

        return length;
    }

    /// <summary>
    /// Where in the text the character stands that a letter is part of. Works its way on from where it was before:
    /// <paramref name="charIndex"/> and <paramref name="letterIndex"/> are a character and its first letter.
    /// </summary>
    public static void Advance(ReadOnlySpan<char> text, int targetLetter, ref int charIndex, ref int letterIndex)
    {
        while (charIndex < text.Length)
        {
            int codePoint = CodePointAt(text, charIndex);
            int next = letterIndex + Utf8Length(codePoint);
            if (next > targetLetter)
            {
                return;
            }

            letterIndex = next;
            charIndex += Utf16Length(codePoint);
        }
    }

    /// <summary>Writes the bytes that letters stand for.</summary>
    /// <exception cref="KeyNotFoundException">There is something that is no letter.</exception>
    public static void Decode(ReadOnlySpan<char> letters, IBufferWriter<byte> bytes)
    {
        foreach (char letter in letters)
        {
            Put(TryGetByte(letter, out byte value) ? value : throw new KeyNotFoundException($"'{letter}' stands for no byte."), bytes);
        }
    }

    /// <summary>Writes the bytes that letters stand for, and everything else in plain UTF-8.</summary>
    public static void DecodeLoosely(ReadOnlySpan<char> text, IBufferWriter<byte> bytes)
    {
        while (!text.IsEmpty)
        {
            int consumed = 1;
            if (TryGetByte(text[0], out byte value))
            {
                Put(value, bytes);
            }
            else
            {
                Rune.DecodeFromUtf16(text, out Rune rune, out consumed);
                bytes.Advance(rune.EncodeToUtf8(bytes.GetSpan(sizeHint: 4)));
            }

            text = text[consumed..];
        }
    }

    private static bool TryGetByte(char letter, out byte value)
    {
        int index = letter < s_bytes.Length ? s_bytes[letter] : -1;
        value = (byte)index;
        return index >= 0;
    }

    private static void Put(byte value, IBufferWriter<byte> bytes)
    {
        bytes.GetSpan(sizeHint: 1)[0] = value;
        bytes.Advance(1);
    }

    private static char ContinuationLetter(int bits) => s_letters[0x80 | (bits & 0x3F)];

    private static int CodePointAt(ReadOnlySpan<char> text, int index)
    {
        char c = text[index];
        return char.IsHighSurrogate(c) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1])
            ? char.ConvertToUtf32(c, text[index + 1])
            : c;
    }

    private static int Utf16Length(int codePoint) => codePoint < 0x10000 ? 1 : 2;

    private static int Utf8Length(int codePoint) => codePoint switch { < 0x80 => 1, < 0x800 => 2, < 0x10000 => 3, _ => 4 };

    private static char[] CreateLetters()
    {
        var letters = new char[256];
        char substitute = (char)FirstSubstitute;
        for (int value = 0; value < letters.Length; value++)
        {
            bool isVisible = value is (>= '!' and <= '~') or (>= '¡' and <= '¬') or (>= '®' and <= 'ÿ');
            letters[value] = isVisible ? (char)value : substitute++;
        }

        return letters;
    }

    private static int[] CreateBytes()
    {
        var bytes = new int[s_letters.Max() + 1];
        Array.Fill(bytes, -1);
        for (int value = 0; value < s_letters.Length; value++)
        {
            bytes[s_letters[value]] = value;
        }

        return bytes;
    }
}
