using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace SocialSentiment.MlWorker.Inference.Tokenization;

/// <summary>How a WordPiece model's words are made; the names are those of the hub's <c>BertNormalizer</c>.</summary>
internal sealed record WordRules
{
    /// <summary>Whether control characters are dropped.</summary>
    public bool CleanText { get; init; } = true;

    public bool LowerCase { get; init; } = true;

    public bool StripAccents { get; init; } = true;

    /// <summary>Whether every Chinese character is a word.</summary>
    public bool HandleChineseChars { get; init; } = true;

    /// <summary>Longer words, counted in characters and not in halves of them, are unknown.</summary>
    public int MaxWordLength { get; init; } = 100;
}

/// <summary>
/// Cuts a text into the words that BERT was trained on, with one blank between them. The package's own normalizer and
/// pre-tokenizer lose emoji and signs like $, join lines, and know only half of the characters beyond the first 65,536;
/// this does what Hugging Face's tokenizers do. What is left: those keep to the Unicode of 2015, so that some six hundred
/// marks and signs of rare scripts, all younger, are letters to them and not to .NET. Their words are in no vocabulary.
/// </summary>
internal sealed class WordNormalizer(WordRules rules) : Normalizer
{
    // Half a character, which no file can hold: a word of this is in no vocabulary.
    private const char NoWord = '\uD800';

    public override string Normalize(string original)
    {
        if (!rules.StripAccents || Ascii.IsValid(original))
        {
            return Cut(original);
        }

        // TryNormalize refuses this one, which is no more a character than the other.
        var text = original.Replace('\uFFFE', '\uFFFF');
        var buffer = ArrayPool<char>.Shared.Rent(text.GetNormalizedLength(NormalizationForm.FormD));
        text.AsSpan().TryNormalize(buffer, out var length, NormalizationForm.FormD);
        var words = Cut(buffer.AsSpan(0, length));
        ArrayPool<char>.Shared.Return(buffer);
        return words;
    }

    public override string Normalize(ReadOnlySpan<char> original) => Normalize(original.ToString());

    private string Cut(ReadOnlySpan<char> text)
    {
        // At most a character and a blank to either side; no character has a longer one of the other case than twice its length.
        var buffer = ArrayPool<char>.Shared.Rent((3 * text.Length) + 1);
        var words = new Words(buffer, rules.MaxWordLength);
        for (var i = 0; i < text.Length;)
        {
            Rune.DecodeFromUtf16(text[i..], out var rune, out var length);
            i += length;
            var category = Rune.GetUnicodeCategory(rune);
            if (IsDropped(rune, category))
            {
                continue;
            }

            if (Rune.IsWhiteSpace(rune))
            {
                words.End();
                continue;
            }

            if (IsPunctuation(rune, category) || (rules.HandleChineseChars && IsChinese(rune.Value)))
            {
                words.End();
                words.Add(rune);
                words.End();
                continue;
            }

            if (!rules.LowerCase)
            {
                words.Add(rune);
            }
            else if (rune.Value == 'İ')
            {
                // The one character whose other case is two; .NET leaves it as it is.
                words.Add(new Rune('i'));
                words.Add(new Rune('\u0307'));
            }
            else
            {
                words.Add(Rune.ToLowerInvariant(rune));
            }
        }

        words.End();
        var result = words.ToString();
        ArrayPool<char>.Shared.Return(buffer);
        return result;
    }

    private bool IsDropped(Rune rune, UnicodeCategory category)
        => (rules.CleanText
                && (rune.Value == 0xFFFD || category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse)
                && rune.Value is not ('\t' or '\n' or '\r'))
            || (rules.StripAccents && category is UnicodeCategory.NonSpacingMark);

    private static bool IsPunctuation(Rune rune, UnicodeCategory category)
        => category is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation
            || (rune.IsAscii && rune.Value is '$' or '+' or '<' or '=' or '>' or '^' or '`' or '|' or '~');

    private static bool IsChinese(int value) => value is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    private ref struct Words(Span<char> buffer, int maxLength)
    {
        private readonly Span<char> _buffer = buffer;
        private int _length;
        private int _start;
        private int _characters;

        public void Add(Rune rune)
        {
            _length += rune.EncodeToUtf16(_buffer[_length..]);
            _characters++;
        }

        public void End()
        {
            if (_characters == 0)
            {
                return;
            }

            if (_characters > maxLength)
            {
                _buffer[_start] = NoWord;
                _length = _start + 1;
            }

            _buffer[_length++] = ' ';
            _start = _length;
            _characters = 0;
        }

        public override readonly string ToString() => new(_buffer[..Math.Max(0, _length - 1)]);
    }
}
