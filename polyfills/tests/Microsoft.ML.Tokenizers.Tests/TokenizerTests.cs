using System.Buffers;

namespace Microsoft.ML.Tokenizers.Tests;

/// <summary>What <see cref="Tokenizer"/> does for those who derive from it.</summary>
public sealed class TokenizerTests
{
    private static readonly Tokenizer s_letters = new LetterTokenizer();

    [Fact]
    public void Ids_are_those_of_the_tokens()
    {
        Assert.Equal([7, 4, 24], s_letters.EncodeToIds("hey"));
        Assert.Equal([7, 4], s_letters.EncodeToIds("hey".AsSpan(), 2, out string? normalizedText, out int charsConsumed));
        Assert.Equal(2, charsConsumed);
        Assert.Null(normalizedText);
        Assert.Equal(3, s_letters.CountTokens("hey"));
        Assert.Null(s_letters.Normalizer);
        Assert.Null(s_letters.PreTokenizer);
    }

    [Theory]
    [InlineData(2, 2, 3, 2)]
    [InlineData(8, 5, 0, 5)]
    public void A_text_is_cut_at_a_token(int maxTokenCount, int index, int indexFromEnd, int count)
    {
        Assert.Equal(index, s_letters.GetIndexByTokenCount("hello", maxTokenCount, out _, out int tokenCount));
        Assert.Equal(count, tokenCount);
        Assert.Equal(indexFromEnd, s_letters.GetIndexByTokenCountFromEnd("hello", maxTokenCount, out _, out tokenCount));
        Assert.Equal(count, tokenCount);
    }

    [Fact]
    public void A_text_longer_than_any_buffer_is_decoded()
    {
        Assert.Equal("", s_letters.Decode([]));
        Assert.Equal("hey", s_letters.Decode([7, 4, 24]));
        Assert.Equal(new string('b', 40_000), s_letters.Decode(Enumerable.Repeat(1, 40_000).Where(_ => true)));
        Assert.Throws<InvalidOperationException>(() => s_letters.Decode([26]));
        Assert.Throws<ArgumentNullException>(() => s_letters.Decode(null!));
    }

    [Fact]
    public void Tokens_are_equal_when_all_of_them_is()
    {
        var token = new EncodedToken(1, "b", 0..1);

        Assert.True(token.Equals(new EncodedToken(1, "b", 0..1)));
        Assert.False(token.Equals(new EncodedToken(2, "b", 0..1)));
        Assert.False(token.Equals(new EncodedToken(1, "c", 0..1)));
        Assert.False(token.Equals(new EncodedToken(1, "b", 0..2)));
    }

    [Fact]
    public void A_normalizer_and_a_pre_tokenizer_from_outside_are_used()
    {
        var options = new WordPieceOptions { Normalizer = new Reversal(), PreTokenizer = new Halves() };
        WordPieceTokenizer tokenizer = WordPieceTokenizer.Create(Vocabularies.Lines("[UNK]", "ab", "cd", "abcd"), options);

        Assert.Equal([1, 2], tokenizer.EncodeToIds("dcba", 10, out string? normalizedText, out int charsConsumed));
        Assert.Equal(("abcd", 4), (normalizedText, charsConsumed));
        Assert.Equal([1, 2], tokenizer.EncodeToIds("dcba".AsSpan()));
        Assert.Equal([1, 2], tokenizer.EncodeToIds("abcd".AsSpan(), considerNormalization: false));
        Assert.Equal([3], tokenizer.EncodeToIds("dcba", considerPreTokenization: false));
        Assert.Equal(2, tokenizer.GetIndexByTokenCountFromEnd("dcba", 1, out _, out _));
    }

    private sealed class LetterTokenizer : Tokenizer
    {
        public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
        {
            idsConsumed = charsWritten = 0;
            foreach (int id in ids)
            {
                if (id >= 26)
                {
                    return OperationStatus.InvalidData;
                }

                if (charsWritten == destination.Length)
                {
                    return OperationStatus.DestinationTooSmall;
                }

                destination[charsWritten++] = (char)('a' + id);
                idsConsumed++;
            }

            return OperationStatus.Done;
        }

        protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
        {
            var tokens = new List<EncodedToken>();
            for (int i = 0; i < textSpan.Length && i < settings.MaxTokenCount; i++)
            {
                tokens.Add(new EncodedToken(textSpan[i] - 'a', textSpan[i].ToString(), i..(i + 1)));
            }

            return new EncodeResults<EncodedToken> { Tokens = tokens, CharsConsumed = tokens.Count };
        }
    }

    private sealed class Reversal : Normalizer
    {
        public override string Normalize(string original) => new([.. original.Reverse()]);

        public override string Normalize(ReadOnlySpan<char> original) => Normalize(original.ToString());
    }

    private sealed class Halves : PreTokenizer
    {
        public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
        {
            yield return (0, text.Length / 2);
            yield return (text.Length / 2, text.Length - (text.Length / 2));
        }

        public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => PreTokenize(text.ToString());
    }
}
