using System.Buffers;
using System.Text;

namespace SocialSentiment.MlWorker.Inference.Tokenization;

internal static class WellFormed
{
    /// <summary>The text with U+FFFD for every half of a character that has lost its other half: no tokenizer was trained on those, and some refuse them.</summary>
    public static string Of(string text)
    {
        var first = FirstBroken(text);
        return first < 0 ? text : string.Create(text.Length, (text, first), static (chars, state) =>
        {
            state.text.CopyTo(chars);
            for (var i = state.first; i < chars.Length;)
            {
                if (Rune.DecodeFromUtf16(chars[i..], out _, out var length) != OperationStatus.Done)
                {
                    chars[i] = '\uFFFD';
                }

                i += length;
            }
        });
    }

    private static int FirstBroken(ReadOnlySpan<char> text)
    {
        for (var i = 0; text[i..].IndexOfAnyInRange('\uD800', '\uDFFF') is var surrogate and >= 0;)
        {
            i += surrogate;
            if (Rune.DecodeFromUtf16(text[i..], out _, out var length) != OperationStatus.Done)
            {
                return i;
            }

            i += length;
        }

        return -1;
    }
}
