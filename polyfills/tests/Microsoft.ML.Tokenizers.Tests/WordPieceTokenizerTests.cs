using System.Buffers;

namespace Microsoft.ML.Tokenizers.Tests;

public sealed class WordPieceTokenizerTests
{
    private const string Text = "unwanted running";

    private static readonly Dictionary<string, int> s_specialTokens = new() { ["[UNK]"] = 0, ["[CLS]"] = 1, ["[SEP]"] = 2 };

    private static WordPieceTokenizer Create(WordPieceOptions? options = null)
        => WordPieceTokenizer.Create(Vocabularies.Lines(Vocabularies.WordPiece), options);

    [Fact]
    public void Defaults_are_those_of_BERT()
    {
        WordPieceTokenizer tokenizer = Create();

        Assert.Equal("[UNK]", tokenizer.UnknownToken);
        Assert.Equal(0, tokenizer.UnknownTokenId);
        Assert.Equal("##", tokenizer.ContinuingSubwordPrefix);
        Assert.Equal(100, tokenizer.MaxInputCharsPerWord);
        Assert.Null(tokenizer.SpecialTokens);
        Assert.Null(tokenizer.Normalizer);
        Assert.NotNull(tokenizer.PreTokenizer);
    }

    [Fact]
    public void Words_are_spelled_with_the_longest_entries_that_fit()
    {
        WordPieceTokenizer tokenizer = Create();

        Assert.Equal([7, 4, 5, 8, 9], tokenizer.EncodeToIds(Text));
        Assert.Equal([7, 4, 5, 8, 9], tokenizer.EncodeToIds(Text.AsSpan()));
        Assert.Equal(5, tokenizer.CountTokens(Text));
        Assert.Equal(
            [
                new EncodedToken(7, "un", 0..2),
                new EncodedToken(4, "##want", 2..6),
                new EncodedToken(5, "##ed", 6..8),
                new EncodedToken(8, "runn", 9..13),
                new EncodedToken(9, "##ing", 13..16),
            ],
            tokenizer.EncodeToTokens(Text, out string? normalizedText));
        Assert.Null(normalizedText);
    }

    [Fact]
    public void A_word_that_cannot_be_spelled_is_unknown_as_a_whole()
    {
        WordPieceTokenizer tokenizer = Create();

        Assert.Equal([0, 8, 9], tokenizer.EncodeToIds("unwantedX running"));
        Assert.Equal(
            [new EncodedToken(0, "[UNK]", 0..9), new EncodedToken(8, "runn", 10..14), new EncodedToken(9, "##ing", 14..17)],
            tokenizer.EncodeToTokens("unwantedX running", out _));
        Assert.Equal("[UNK] running", tokenizer.Decode([0, 8, 9]));
    }

    [Theory]
    [InlineData(8, new[] { 7, 4, 5 })]
    [InlineData(7, new[] { 0 })]
    public void A_word_that_is_too_long_is_unknown(int maxLength, int[] ids)
        => Assert.Equal(ids, Create(new WordPieceOptions { MaxInputCharsPerWord = maxLength }).EncodeToIds("unwanted"));

    [Fact]
    public void Nothing_comes_of_nothing()
    {
        WordPieceTokenizer tokenizer = Create();

        Assert.Empty(tokenizer.EncodeToIds(""));
        Assert.Empty(tokenizer.EncodeToIds((string)null!));
        Assert.Empty(tokenizer.EncodeToIds(" \t\n"));
        Assert.Empty(tokenizer.EncodeToTokens("", out _));
        Assert.Equal(0, tokenizer.CountTokens(""));
        Assert.Equal(0, tokenizer.GetIndexByTokenCount("", 10, out _, out int count));
        Assert.Equal(0, count);
        Assert.Equal("", tokenizer.Decode([]));
    }

    // The word that fills the last place is not counted as consumed; the real package does the same.
    [Theory]
    [InlineData(1, new int[0], 0)]
    [InlineData(2, new int[0], 0)]
    [InlineData(3, new[] { 7, 4, 5 }, 0)]
    [InlineData(4, new[] { 7, 4, 5 }, 8)]
    [InlineData(5, new[] { 7, 4, 5, 8, 9 }, 8)]
    [InlineData(6, new[] { 7, 4, 5, 8, 9 }, 16)]
    public void No_word_is_cut_to_fit(int maxTokenCount, int[] ids, int charsConsumed)
    {
        WordPieceTokenizer tokenizer = Create();

        Assert.Equal(ids, tokenizer.EncodeToIds(Text, maxTokenCount, out string? normalizedText, out int consumed));
        Assert.Equal(charsConsumed, consumed);
        Assert.Null(normalizedText);

        Assert.Equal(ids, tokenizer.EncodeToIds(Text.AsSpan(), maxTokenCount, out _, out consumed));
        Assert.Equal(charsConsumed, consumed);
    }

    [Theory]
    [InlineData(1, 0, 0, 16, 0)]
    [InlineData(2, 0, 0, 9, 2)]
    [InlineData(3, 8, 3, 8, 2)]
    [InlineData(4, 9, 3, 8, 2)]
    [InlineData(5, 16, 5, 0, 5)]
    public void A_text_is_cut_between_words(int maxTokenCount, int index, int count, int indexFromEnd, int countFromEnd)
    {
        WordPieceTokenizer tokenizer = Create();

        Assert.Equal(index, tokenizer.GetIndexByTokenCount(Text, maxTokenCount, out _, out int tokenCount));
        Assert.Equal(count, tokenCount);
        Assert.Equal(indexFromEnd, tokenizer.GetIndexByTokenCountFromEnd(Text, maxTokenCount, out _, out tokenCount));
        Assert.Equal(countFromEnd, tokenCount);
    }

    [Fact]
    public void There_must_be_room_for_a_token()
    {
        WordPieceTokenizer tokenizer = Create();

        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.EncodeToIds(Text, 0, out _, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.GetIndexByTokenCount(Text, 0, out _, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.GetIndexByTokenCountFromEnd(Text, -1, out _, out _));
    }

    [Fact]
    public void Special_tokens_are_found_wherever_they_stand()
    {
        WordPieceTokenizer tokenizer = Create(new WordPieceOptions { SpecialTokens = s_specialTokens });
        const string text = "[UNK] unwanted [SEP][CLS] running [CLS]";

        Assert.Same(s_specialTokens, tokenizer.SpecialTokens);
        Assert.Equal([0, 7, 4, 5, 2, 1, 8, 9, 1], tokenizer.EncodeToIds(text));
        Assert.Equal(new EncodedToken(1, "[CLS]", 20..25), tokenizer.EncodeToTokens(text, out _)[5]);
        Assert.Equal("[UNK] unwanted [SEP] [CLS] running [CLS]", tokenizer.Decode([0, 7, 4, 5, 2, 1, 8, 9, 1]));
        Assert.Equal("unwanted running", tokenizer.Decode([0, 7, 4, 5, 2, 1, 8, 9, 1], skipSpecialTokens: true));
    }

    [Fact]
    public void Without_pre_tokenization_a_text_is_one_word()
    {
        WordPieceTokenizer tokenizer = Create();

        Assert.Equal([0], tokenizer.EncodeToIds(Text, considerPreTokenization: false));
        Assert.Equal([7, 4, 5], tokenizer.EncodeToIds("unwanted", considerPreTokenization: false));
    }

    [Fact]
    public void Offsets_are_those_of_the_normalized_text()
    {
        WordPieceTokenizer tokenizer = Create(new WordPieceOptions { Normalizer = LowerCaseNormalizer.Instance });

        Assert.Equal([new EncodedToken(3, "want", 0..4)], tokenizer.EncodeToTokens("WANT", out string? normalizedText));
        Assert.Equal("want", normalizedText);
        Assert.Equal([0], tokenizer.EncodeToIds("WANT", considerNormalization: false));
    }

    [Theory]
    [InlineData(0, OperationStatus.DestinationTooSmall, 0, "")]
    [InlineData(7, OperationStatus.DestinationTooSmall, 2, "unwant")]
    [InlineData(12, OperationStatus.DestinationTooSmall, 3, "unwanted")]
    [InlineData(16, OperationStatus.Done, 5, "unwanted running")]
    public void Decoding_stops_where_there_is_no_more_room(int room, OperationStatus status, int idsConsumed, string text)
    {
        char[] destination = new char[room];

        Assert.Equal(status, Create().Decode([7, 4, 5, 8, 9], destination, out int consumed, out int written));
        Assert.Equal(idsConsumed, consumed);
        Assert.Equal(text, new string(destination, 0, written));
    }

    [Fact]
    public void Decoding_into_a_buffer_refuses_an_unknown_id_and_decoding_to_a_string_skips_it()
    {
        WordPieceTokenizer tokenizer = Create();

        Assert.Equal(OperationStatus.InvalidData, tokenizer.Decode([3, 99], new char[50], out int idsConsumed, out int charsWritten));
        Assert.Equal((1, 4), (idsConsumed, charsWritten));
        Assert.Equal("want want", tokenizer.Decode([3, 99, 3]));
    }

    [Fact]
    public void Empty_lines_count_and_the_stream_stays_open()
    {
        using MemoryStream stream = Vocabularies.Lines("[UNK]", "", "a", "");

        Assert.Equal([2], WordPieceTokenizer.Create(stream).EncodeToIds("a"));
        Assert.True(stream.CanRead);
    }

    [Fact]
    public async Task A_vocabulary_can_be_read_from_a_file()
    {
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(path, Vocabularies.WordPiece, TestContext.Current.CancellationToken);

            Assert.Equal([3], WordPieceTokenizer.Create(path).EncodeToIds("want"));
            Assert.Equal([3], (await WordPieceTokenizer.CreateAsync(path, cancellationToken: TestContext.Current.CancellationToken)).EncodeToIds("want"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Bad_vocabularies_and_options_are_refused()
    {
        Assert.Throws<ArgumentNullException>("vocabStream", () => WordPieceTokenizer.Create((Stream)null!));
        Assert.Throws<ArgumentNullException>("vocabFilePath", () => WordPieceTokenizer.Create(""));
        Assert.Throws<ArgumentException>(() => WordPieceTokenizer.Create(Vocabularies.Lines("a", "b")));
        Assert.Throws<ArgumentException>(() => WordPieceTokenizer.Create(Vocabularies.Lines("[UNK]", "a", "a")));
        Assert.Throws<ArgumentNullException>(() => Create(new WordPieceOptions { UnknownToken = null! }));
        Assert.Throws<ArgumentNullException>(() => Create(new WordPieceOptions { ContinuingSubwordPrefix = null! }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Create(new WordPieceOptions { MaxInputCharsPerWord = 0 }));
    }
}
