using System.Buffers;
using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;

namespace SocialSentiment.Vader.Lexicon;

/// <summary>Spells emoji out, so that "beaming face" and "broken heart" count like any other words.</summary>
/// <remarks>
/// The reference looks at one code point at a time: of a sequence (skin tone, joined family, flag) each part is named by
/// itself, and what has no name of its own stays as it is.
/// </remarks>
internal sealed class EmojiNames
{
    /// <summary>Every emoji lies beyond these characters, and few characters of a post do.</summary>
    private static readonly SearchValues<char> s_plain =
        SearchValues.Create([.. Enumerable.Range(0, '\u00A9').Select(c => (char)c)]);

    private readonly FrozenDictionary<int, string> _names;

    private EmojiNames(FrozenDictionary<int, string> names) => _names = names;

    public static EmojiNames LoadEmbedded() =>
        new(EmbeddedList.Read("emoji.txt").ToFrozenDictionary(line => Rune.GetRuneAt(line.Key, 0).Value, line => line.Value));

    /// <summary>The text with its emoji spelled out: the text itself when it has none, else a span over the buffer.</summary>
    public ReadOnlySpan<char> Expand(ReadOnlySpan<char> text, List<char> buffer)
    {
        buffer.Clear();
        var next = NextCandidate(text);
        if (next < 0)
        {
            return text;
        }

        // A name is set apart from what stands before it, but not from what follows: the reference has it so.
        var apart = true;
        for (; next >= 0; next = NextCandidate(text))
        {
            if (next > 0)
            {
                buffer.AddRange(text[..next]);
                apart = text[next - 1] == ' ';
                text = text[next..];
            }

            // A lone surrogate fails to decode and is kept.
            var decoded = Rune.DecodeFromUtf16(text, out var rune, out var length) == OperationStatus.Done;
            if (decoded && _names.TryGetValue(rune.Value, out var name))
            {
                if (!apart)
                {
                    buffer.Add(' ');
                }

                // As a span, for which the list needs no enumerator.
                buffer.AddRange(name.AsSpan());
            }
            else
            {
                buffer.AddRange(text[..length]);
            }

            apart = false;
            text = text[length..];
        }

        buffer.AddRange(text);
        return CollectionsMarshal.AsSpan(buffer);
    }

    private static int NextCandidate(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(s_plain);
}
