using System.Buffers;
using System.Text;

namespace Microsoft.ML.Tokenizers.Tests;

/// <summary>The vocabularies of GPT-2 and RoBERTa: the first 256 ids are the bytes.</summary>
public sealed class ByteLevelTests
{
    private const int Hello = 259;
    private const int SmilingFace = 262;

    private static readonly string[] s_merges = ["h e", "l l", "he ll", "hell o", "ð Ł", "ðŁ ĺ", "ðŁĺ į", "Ġ w"];

    private static BpeTokenizer Create(Action<BpeOptions>? change = null)
    {
        BpeOptions options = Vocabularies.ByteLevel(s_merges, "<s>", "</s>");
        change?.Invoke(options);
        return BpeTokenizer.Create(options);
    }

    [Fact]
    public void Text_is_spelled_in_bytes()
    {
        BpeTokenizer tokenizer = Create();

        Assert.True(tokenizer.ByteLevel);
        Assert.Equal([Hello, 263, 0xC3, 0xA9], tokenizer.EncodeToIds("hello wé"));
        Assert.Equal(
            [new EncodedToken(Hello, "hello", 0..5), new EncodedToken(263, "Ġw", 5..7), new EncodedToken(0xC3, "Ã", 7..8), new EncodedToken(0xA9, "©", 7..8)],
            tokenizer.EncodeToTokens("hello wé", out _));
    }

    [Fact]
    public void Every_character_is_its_bytes()
    {
        BpeTokenizer tokenizer = BpeTokenizer.Create(Vocabularies.ByteLevel([]));
        int[] codePoints = [0x00, 0x20, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x10FFFF];

        foreach (int codePoint in codePoints)
        {
            string text = char.ConvertFromUtf32(codePoint);
            Assert.Equal(Encoding.UTF8.GetBytes(text).Select(value => (int)value), tokenizer.EncodeToIds(text));
            Assert.Equal(text, tokenizer.Decode(tokenizer.EncodeToIds(text)));
        }
    }

    [Fact]
    public void An_emoji_may_be_one_token_and_is_never_lost()
    {
        BpeTokenizer tokenizer = Create();

        Assert.Equal([SmilingFace], tokenizer.EncodeToIds("😍"));
        Assert.Equal([261, 0x82], tokenizer.EncodeToIds("😂"));
        Assert.Equal("😂😍", tokenizer.Decode(tokenizer.EncodeToIds("😂😍")));

        // As in the real package an offset ends after the first half of a surrogate pair.
        Assert.Equal([new EncodedToken(SmilingFace, "ðŁĺį", 0..1)], tokenizer.EncodeToTokens("😍", out _));
    }

    [Fact]
    public void A_lone_surrogate_is_three_bytes_which_only_the_buffer_gives_back()
    {
        BpeTokenizer tokenizer = Create();
        char[] room = new char[4];

        Assert.Equal([0xED, 0xA0, 0xBD], tokenizer.EncodeToIds("\uD83D"));
        Assert.Equal("\uFFFD\uFFFD\uFFFD", tokenizer.Decode([0xED, 0xA0, 0xBD]));
        Assert.Equal(OperationStatus.Done, tokenizer.Decode([0xED, 0xA0, 0xBD], room, out _, out int charsWritten));
        Assert.Equal("\uD83D", new string(room, 0, charsWritten));
    }

    [Theory]
    [InlineData("hello é", 1, 5, 6)]
    [InlineData("hello é", 2, 6, 6)]
    [InlineData("hello é", 3, 6, 5)]
    [InlineData("hello é", 4, 7, 0)]
    public void A_text_is_cut_at_a_character(string text, int maxTokenCount, int index, int indexFromEnd)
    {
        BpeTokenizer tokenizer = Create();

        Assert.Equal(index, tokenizer.GetIndexByTokenCount(text, maxTokenCount, out _, out int tokenCount));
        Assert.Equal(maxTokenCount, tokenCount);
        tokenizer.EncodeToIds(text, maxTokenCount, out _, out int charsConsumed);
        Assert.Equal(index, charsConsumed);
        Assert.Equal(indexFromEnd, tokenizer.GetIndexByTokenCountFromEnd(text, maxTokenCount, out _, out tokenCount));
        Assert.Equal(maxTokenCount, tokenCount);
    }

    [Fact]
    public void RoBERTa_puts_sentences_between_two_tokens()
    {
        BpeTokenizer tokenizer = Create(options => (options.BeginningOfSentenceToken, options.EndOfSentenceToken) = ("<s>", "</s>"));

        Assert.Equal([264, Hello, 265], tokenizer.EncodeToIds("hello"));
    }

    [Fact]
    public void Bytes_that_are_missing_are_left_out_or_unknown()
    {
        static BpeTokenizer With(string? unknown) => BpeTokenizer.Create(new BpeOptions(Vocabularies.Number("a", "©", "?")) { ByteLevel = true, UnknownToken = unknown });

        Assert.Equal([0, 1, 0], With(null).EncodeToIds("aéa"));
        Assert.Equal([0, 2, 1, 0], With("?").EncodeToIds("aéa"));
    }

    [Fact]
    public void Special_tokens_are_put_back_as_they_are()
    {
        var specialTokens = new Dictionary<string, int> { ["<｜end｜>"] = 500 };
        BpeTokenizer tokenizer = Create(options => options.SpecialTokens = specialTokens);
        char[] room = new char[20];

        Assert.Equal("hello<｜end｜>", tokenizer.Decode([Hello, 500]));
        Assert.Equal("hello", tokenizer.Decode([Hello, 500], considerSpecialTokens: false));
        Assert.Equal(OperationStatus.Done, tokenizer.Decode([Hello, 500], room, out _, out int charsWritten));
        Assert.Equal("hello<｜end｜>", new string(room, 0, charsWritten));
        Assert.Equal(OperationStatus.InvalidData, tokenizer.Decode([0xF0, 500], room, out _, out _));
    }

    [Theory]
    [InlineData(0, OperationStatus.DestinationTooSmall, 0, "")]
    [InlineData(5, OperationStatus.DestinationTooSmall, 1, "hello")]
    [InlineData(6, OperationStatus.DestinationTooSmall, 1, "hello")]
    [InlineData(7, OperationStatus.Done, 5, "hello😂")]
    public void A_character_is_decoded_when_all_its_bytes_have_come(int room, OperationStatus status, int idsConsumed, string text)
    {
        char[] destination = new char[room];

        Assert.Equal(status, Create().Decode([Hello, 0xF0, 0x9F, 0x98, 0x82], destination, out int consumed, out int written));
        Assert.Equal(idsConsumed, consumed);
        Assert.Equal(text, new string(destination, 0, written));
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_replaced_in_a_string_and_refused_in_a_buffer()
    {
        BpeTokenizer tokenizer = Create();

        Assert.Equal("a\uFFFDa", tokenizer.Decode(['a', 0x80, 'a']));
        Assert.Equal(OperationStatus.InvalidData, tokenizer.Decode(['a', 0x80], new char[9], out int idsConsumed, out int charsWritten));
        Assert.Equal((1, 1), (idsConsumed, charsWritten));
        Assert.Equal(OperationStatus.InvalidData, tokenizer.Decode([9999], new char[9], out _, out _));
        Assert.Equal(OperationStatus.Done, tokenizer.Decode(['a', 0xF0], new char[9], out idsConsumed, out charsWritten));
        Assert.Equal((1, 1), (idsConsumed, charsWritten));
    }
}
