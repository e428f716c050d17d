using System.Buffers;

namespace Microsoft.ML.Tokenizers.Tests;

public sealed class BertTokenizerTests
{
    private const int Unknown = 1;
    private const int Cls = 2;
    private const int Sep = 3;

    private static readonly int[] s_first = [8, 6, 10];
    private static readonly int[] s_second = [13, 5];

    private static BertTokenizer Create(BertOptions? options = null) => BertTokenizer.Create(Vocabularies.Lines(Vocabularies.Bert), options);

    [Fact]
    public void Special_tokens_are_looked_up_by_name()
    {
        BertTokenizer tokenizer = Create();

        Assert.Equal(("[PAD]", 0), (tokenizer.PaddingToken, tokenizer.PaddingTokenId));
        Assert.Equal(("[UNK]", 1), (tokenizer.UnknownToken, tokenizer.UnknownTokenId));
        Assert.Equal(("[CLS]", 2), (tokenizer.ClassificationToken, tokenizer.ClassificationTokenId));
        Assert.Equal(("[SEP]", 3), (tokenizer.SeparatorToken, tokenizer.SeparatorTokenId));
        Assert.Equal(("[MASK]", 4), (tokenizer.MaskingToken, tokenizer.MaskingTokenId));
        Assert.Equal(["[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]"], tokenizer.SpecialTokens!.Keys);
        Assert.True(tokenizer.LowerCaseBeforeTokenization);
        Assert.True(tokenizer.ApplyBasicTokenization);
        Assert.True(tokenizer.SplitOnSpecialTokens);
        Assert.True(tokenizer.IndividuallyTokenizeCjk);
        Assert.False(tokenizer.RemoveNonSpacingMarks);
    }

    [Fact]
    public void Ids_come_between_CLS_and_SEP_and_tokens_do_not()
    {
        BertTokenizer tokenizer = Create();
        const string text = "Hello, How are you?";

        Assert.Equal([Cls, 8, 6, 10, 11, 12, 7, Sep], tokenizer.EncodeToIds(text));
        Assert.Equal([Cls, 8, 6, 10, 11, 12, 7, Sep], tokenizer.EncodeToIds(text.AsSpan()));
        Assert.Equal([8, 6, 10, 11, 12, 7], tokenizer.EncodeToIds(text, addSpecialTokens: false));
        Assert.Equal([8, 6, 10, 11, 12, 7], tokenizer.EncodeToIds(text.AsSpan(), addSpecialTokens: false));
        Assert.Equal([8, 6, 10, 11, 12, 7], ((Tokenizer)tokenizer).EncodeToIds(text));
        Assert.Equal(6, tokenizer.CountTokens(text));

        Assert.Equal(
            [
                new EncodedToken(8, "hello", 0..5),
                new EncodedToken(6, ",", 5..6),
                new EncodedToken(10, "how", 7..10),
                new EncodedToken(11, "are", 11..14),
                new EncodedToken(12, "you", 15..18),
                new EncodedToken(7, "?", 18..19),
            ],
            tokenizer.EncodeToTokens(text, out string? normalizedText));
        Assert.Equal("hello, how are you?", normalizedText);
    }

    [Fact]
    public void An_empty_text_is_CLS_and_SEP()
    {
        BertTokenizer tokenizer = Create();

        Assert.Equal([Cls, Sep], tokenizer.EncodeToIds(""));
        Assert.Equal([Cls, Sep], tokenizer.EncodeToIds("  "));
        Assert.Equal([Cls, Sep], tokenizer.EncodeToIds((string)null!));
    }

    [Theory]
    [InlineData(1, new int[0], 0)]
    [InlineData(3, new[] { Cls, 8, Sep }, 0)]
    [InlineData(5, new[] { Cls, 8, 6, 10, Sep }, 6)]
    [InlineData(100, new[] { Cls, 8, 6, 10, 11, 12, 7, Sep }, 19)]
    public void CLS_and_SEP_take_two_of_the_places(int maxTokenCount, int[] ids, int charsConsumed)
    {
        Assert.Equal(ids, Create().EncodeToIds("Hello, How are you?", maxTokenCount, out _, out int consumed));
        Assert.Equal(charsConsumed, consumed);
    }

    [Fact]
    public void Without_special_tokens_all_places_are_for_the_text()
    {
        BertTokenizer tokenizer = Create();

        Assert.Equal([8, 6], tokenizer.EncodeToIds("Hello, you", 2, addSpecialTokens: false, out string? normalizedText, out _));
        Assert.Equal("hello, you", normalizedText);
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.EncodeToIds("Hello", 2, out _, out _));
    }

    [Fact]
    public void Special_tokens_in_the_text_are_found_in_any_case()
    {
        BertTokenizer tokenizer = Create();

        Assert.Equal([8, 4, 5], tokenizer.EncodeToIds("Hello [MASK]!", addSpecialTokens: false));
        Assert.Equal([8, 4, 5], tokenizer.EncodeToIds("Hello [mask]!", addSpecialTokens: false));
        Assert.Equal([new EncodedToken(4, "[MASK]", 0..6)], tokenizer.EncodeToTokens("[Mask]", out _));
    }

    [Fact]
    public void Special_tokens_in_the_text_are_words_when_they_are_not_split_on()
    {
        BertTokenizer tokenizer = Create(new BertOptions { SplitOnSpecialTokens = false });

        Assert.Equal([8, Unknown, Unknown, Unknown], tokenizer.EncodeToIds("Hello [MASK]", addSpecialTokens: false));
        Assert.Null(tokenizer.SpecialTokens);
    }

    [Fact]
    public void Special_tokens_can_be_chosen()
    {
        var specialTokens = new Dictionary<string, int> { ["[MASK]"] = 4, ["world"] = 9 };
        BertTokenizer tokenizer = Create(new BertOptions { SpecialTokens = specialTokens });

        Assert.Equal([Unknown, 9, 4], tokenizer.EncodeToIds("myWORLD[MASK]", addSpecialTokens: false));
        Assert.Equal([Unknown, Unknown, Unknown], tokenizer.EncodeToIds("[SEP]", addSpecialTokens: false));

        specialTokens["world"] = 8;
        Assert.Throws<ArgumentException>(() => Create(new BertOptions { SpecialTokens = specialTokens }));
    }

    [Fact]
    public void Options_are_completed_in_place()
    {
        var options = new BertOptions();
        BertTokenizer tokenizer = Create(options);

        Assert.Same(tokenizer.Normalizer, options.Normalizer);
        Assert.Same(tokenizer.PreTokenizer, options.PreTokenizer);
        Assert.Same(tokenizer.SpecialTokens, options.SpecialTokens);
    }

    [Theory]
    [InlineData("Hello", new[] { Unknown })]
    [InlineData("hello", new[] { 8 })]
    public void Capitals_can_be_kept(string text, int[] ids)
        => Assert.Equal(ids, Create(new BertOptions { LowerCaseBeforeTokenization = false }).EncodeToIds(text, addSpecialTokens: false));

    [Theory]
    [InlineData(true, "CAFÉ cafe\u0301", new[] { 16, 16 })]
    [InlineData(false, "CAFÉ cafe\u0301", new[] { Unknown, Unknown })]
    public void Accents_are_removed_if_wanted(bool remove, string text, int[] ids)
        => Assert.Equal(ids, Create(new BertOptions { RemoveNonSpacingMarks = remove }).EncodeToIds(text, addSpecialTokens: false));

    [Theory]
    [InlineData(true, "日日", new[] { 17, 17 })]
    [InlineData(false, "日本", new[] { 17, 18 })]
    [InlineData(true, "日本", new[] { 17, Unknown })]
    public void Cjk_characters_are_words_if_wanted(bool individually, string text, int[] ids)
        => Assert.Equal(ids, Create(new BertOptions { IndividuallyTokenizeCjk = individually }).EncodeToIds(text, addSpecialTokens: false));

    // What the real package does, unlike BERT's own tokenizer: symbols and emoji are lost, and so are line ends with the gap they make.
    [Theory]
    [InlineData("hello 😍 world", new[] { 8, 9 })]
    [InlineData("hello $ + = world", new[] { 8, 9 })]
    [InlineData("hello\nworld", new[] { Unknown })]
    [InlineData("hello\u00A0world", new[] { 8, 9 })]
    [InlineData("hel\u0000lo \uFFFDworld\u0007", new[] { 8, 9 })]
    public void Odd_characters_are_dropped(string text, int[] ids) => Assert.Equal(ids, Create().EncodeToIds(text, addSpecialTokens: false));

    [Fact]
    public void A_lone_surrogate_is_refused()
        => Assert.Throws<ArgumentException>(() => Create().EncodeToIds("hello \uD83D world"));

    [Fact]
    public void Without_basic_tokenization_words_stand_between_white_space()
    {
        BertTokenizer tokenizer = Create(new BertOptions { ApplyBasicTokenization = false });

        Assert.Null(tokenizer.Normalizer);
        Assert.Equal([8, Unknown, Unknown, 7], tokenizer.EncodeToIds("hello World you! ?", addSpecialTokens: false));
    }

    [Fact]
    public void Another_pre_tokenizer_can_keep_what_the_usual_one_drops()
    {
        string[] tokens = [.. Vocabularies.Bert, "😍", "$"];
        var options = new BertOptions { PreTokenizer = new RegexPreTokenizer(new(@"[\p{P}$]|[^\s\p{P}$]+"), null) };

        Assert.Equal([8, 19, 20, 9], BertTokenizer.Create(Vocabularies.Lines(tokens), options).EncodeToIds("Hello 😍 $world", addSpecialTokens: false));
    }

    [Fact]
    public void One_or_two_texts_are_put_together()
    {
        BertTokenizer tokenizer = Create();

        Assert.Equal([Cls, 8, 6, 10, Sep], tokenizer.BuildInputsWithSpecialTokens(s_first));
        Assert.Equal([Cls, 8, 6, 10, Sep, 13, 5, Sep], tokenizer.BuildInputsWithSpecialTokens(s_first, s_second));
        Assert.Equal([0, 0, 0, 0, 0], tokenizer.CreateTokenTypeIdsFromSequences(s_first));
        Assert.Equal([0, 0, 0, 0, 0, 1, 1, 1], tokenizer.CreateTokenTypeIdsFromSequences(s_first, s_second));
        Assert.Equal([1, 0, 0, 0, 1], tokenizer.GetSpecialTokensMask(s_first));
        Assert.Equal([1, 0, 0, 0, 1, 0, 0, 1], tokenizer.GetSpecialTokensMask(s_first, s_second));
        Assert.Equal([1, 0, 1, 1, 0], tokenizer.GetSpecialTokensMask([Cls, 8, 0], [Sep, 9], alreadyHasSpecialTokens: true));
        Assert.Throws<ArgumentNullException>(() => tokenizer.BuildInputsWithSpecialTokens(null!));
    }

    [Fact]
    public void One_or_two_texts_are_put_together_where_there_is_room()
    {
        BertTokenizer tokenizer = Create();
        int[] room = new int[8];

        Assert.Equal(OperationStatus.Done, tokenizer.BuildInputsWithSpecialTokens(s_first, room, out int written, s_second));
        Assert.Equal([Cls, 8, 6, 10, Sep, 13, 5, Sep], room[..written]);
        Assert.Equal(OperationStatus.Done, tokenizer.CreateTokenTypeIdsFromSequences(s_first, room, out written, s_second));
        Assert.Equal([0, 0, 0, 0, 0, 1, 1, 1], room[..written]);
        Assert.Equal(OperationStatus.Done, tokenizer.GetSpecialTokensMask(s_first, room, out written));
        Assert.Equal([1, 0, 0, 0, 1], room[..written]);

        Assert.Equal(OperationStatus.DestinationTooSmall, tokenizer.BuildInputsWithSpecialTokens(s_first, room.AsSpan(0, 4), out written));
        Assert.Equal(0, written);
        Assert.Equal(OperationStatus.DestinationTooSmall, tokenizer.GetSpecialTokensMask(s_first, room.AsSpan(0, 7), out written, s_second));
        Assert.Equal(0, written);
    }

    [Fact]
    public void Decoding_joins_pieces_and_leaves_special_tokens_out_if_wanted()
    {
        BertTokenizer tokenizer = Create();
        int[] ids = [Cls, 8, 6, 10, 11, 12, 7, Sep];

        Assert.Equal("[CLS] hello, how are you? [SEP]", tokenizer.Decode(ids));
        Assert.Equal("hello, how are you?", tokenizer.Decode(ids, skipSpecialTokens: true));
        Assert.Equal("日本", tokenizer.Decode([17, 18]));
    }

    [Fact]
    public async Task A_vocabulary_can_be_read_asynchronously()
    {
        BertTokenizer tokenizer = await BertTokenizer.CreateAsync(
            Vocabularies.Lines(Vocabularies.Bert), new BertOptions { LowerCaseBeforeTokenization = false }, TestContext.Current.CancellationToken);

        Assert.Equal([Cls, 8, Sep], tokenizer.EncodeToIds("hello"));
        Assert.False(tokenizer.LowerCaseBeforeTokenization);
    }

    [Fact]
    public void A_vocabulary_must_have_the_special_tokens()
        => Assert.Throws<ArgumentException>(() => BertTokenizer.Create(Vocabularies.Lines("[UNK]", "[CLS]", "[SEP]", "[PAD]")));
}
