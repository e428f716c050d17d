namespace Microsoft.ML.Tokenizers;

/// <summary>UTF-8 that also has lone surrogates and overlong sequences in it, as byte-level vocabularies may spell them.</summary>
internal static class LooseUtf8
{
    /// <summary>Decodes up to the first sequence that is cut off; false when there is one that can never be completed.</summary>
    /// <param name="bytes">The bytes to decode.</param>
    /// <param name="destination">Where to write. May be too short: what does not fit is only counted.</param>
    /// <param name="consumed">How many bytes were decoded.</param>
    /// <param name="written">How many characters they make.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, Span<char> destination, out int consumed, out int written)
    {
        written = 0;
        for (consumed = 0; consumed < bytes.Length;)
        {
            byte lead = bytes[consumed];
            (int continuations, int codePoint) = lead switch
            {
                < 0b1000_0000 => (0, lead),
                >= 0b1100_0000 and < 0b1110_0000 => (1, lead & 0b1_1111),
                >= 0b1110_0000 and < 0b1111_0000 => (2, lead & 0b1111),
                >= 0b1111_0000 and < 0b1111_1000 => (3, lead & 0b111),
                _ => (-1, 0),
            };

            if (continuations < 0)
            {
                return false;
            }

            if (consumed + continuations >= bytes.Length)
            {
                return true;
            }

            foreach (byte next in bytes.Slice(consumed + 1, continuations))
            {
                if ((next & 0b1100_0000) != 0b1000_0000)
                {
                    return false;
                }

                codePoint = (codePoint << 6) | (next & 0b11_1111);
            }

            consumed += continuations + 1;
            if (codePoint < 0x10000)
            {
                Put((char)codePoint, destination, ref written);
            }
            else
            {
                Put((char)(0xD800 + ((codePoint - 0x10000) >> 10)), destination, ref written);
                Put((char)(0xDC00 + (codePoint & 0x3FF)), destination, ref written);
            }
        }

        return true;
    }

    private static void Put(char c, Span<char> destination, ref int written)
    {
        if (written < destination.Length)
        {
            destination[written] = c;
        }

        written++;
    }
}
