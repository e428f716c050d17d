using System.Buffers;

namespace Microsoft.ML.Tokenizers.Tests;

public sealed class BpeTokenizerTests
{
    private const string Unknown = "[unk]";

    private static readonly string[] s_words = [Unknown, "H", "e", "l", "o", "!", "He", "lo", "llo", "w", "r", "d", "wo", "rl", "rld", ","];
    private static readonly string[] s_merges = ["H e", "l o", "l lo", "w o", "r l", "rl d"];

    private static BpeTokenizer Create(IEnumerable<string> tokens, string[]? merges = null, Action<Settings>? change = null)
    {
        var settings = new Settings();
        change?.Invoke(settings);
        return BpeTokenizer.Create(new BpeOptions(Vocabularies.Number(tokens))
        {
            Merges = merges,
            UnknownToken = settings.UnknownToken,
            FuseUnknownTokens = settings.Fuse,
            ContinuingSubwordPrefix = settings.Prefix,
            EndOfWordSuffix = settings.Suffix,
            SpecialTokens = settings.SpecialTokens,
            PreTokenizer = settings.PreTokenizer,
            BeginningOfSentenceToken = settings.Beginning,
            EndOfSentenceToken = settings.End,
        });
    }

    [Fact]
    public void Characters_are_merged_in_the_order_of_the_merges()
    {
        BpeTokenizer tokenizer = Create(s_words, s_merges, s => s.UnknownToken = Unknown);

        Assert.Equal([6, 8, 15, 12, 14, 5], tokenizer.EncodeToIds("Hello, world!"));
        Assert.Equal(6, tokenizer.CountTokens("Hello, world!"));
        Assert.Equal(
            [
                new EncodedToken(6, "He", 0..2),
                new EncodedToken(8, "llo", 2..5),
                new EncodedToken(15, ",", 5..6),
                new EncodedToken(12, "wo", 7..9),
                new EncodedToken(14, "rld", 9..12),
                new EncodedToken(5, "!", 12..13),
            ],
            tokenizer.EncodeToTokens("Hello, world!", out _));
        Assert.Equal("Hello,world!", tokenizer.Decode([6, 8, 15, 12, 14, 5]));
    }

    [Fact]
    public void Of_equal_merges_the_leftmost_comes_first()
        => Assert.Equal([1, 0], Create(["a", "aa"], ["a a"]).EncodeToIds("aaa"));

    [Theory]
    [InlineData("abc", new[] { 5 })]
    [InlineData("abd", new[] { 4, 6 })]
    [InlineData("abcbcd", new[] { 5, 3, 6 })]
    public void A_merge_is_off_when_its_neighbour_was_merged_first(string text, int[] ids)
        => Assert.Equal(ids, Create(["a", "b", "c", "bc", "ab", "abc", "d"], ["b c", "a b", "a bc"]).EncodeToIds(text));

    [Theory]
    [InlineData(false, new[] { 0, 0, 0, 2, 0 })]
    [InlineData(true, new[] { 0, 2, 0 })]
    public void Unknown_characters_are_fused_if_wanted(bool fuse, int[] ids)
    {
        BpeTokenizer tokenizer = Create(s_words, s_merges, s => (s.UnknownToken, s.Fuse) = (Unknown, fuse));

        Assert.Equal(ids, tokenizer.EncodeToIds("abcez"));
        Assert.Equal(fuse, tokenizer.FuseUnknownTokens);
    }

    [Fact]
    public void Unknown_characters_are_left_out_where_there_is_no_unknown_token()
    {
        BpeTokenizer tokenizer = Create(["a", "b"]);

        Assert.Equal([0, 1], tokenizer.EncodeToIds("a😍b"));

        // Like those of the real package, offsets do not know of what was left out.
        Assert.Equal([new EncodedToken(0, "a", 0..1), new EncodedToken(1, "b", 1..2)], tokenizer.EncodeToTokens("axb", out _));
    }

    [Fact]
    public void Unknown_tokens_can_be_left_out_of_the_text_again()
    {
        BpeTokenizer tokenizer = Create(["a", "b", Unknown], change: s => s.UnknownToken = Unknown);

        Assert.Equal("ab[unk]", tokenizer.Decode([0, 1, 2]));
        Assert.Equal("ab", tokenizer.Decode([0, 1, 2], considerSpecialTokens: false));
        Assert.Equal("ab", tokenizer.Decode([0, 99, 1]));
    }

    [Fact]
    public void Prefix_and_suffix_tell_where_in_a_word_a_token_stands()
    {
        BpeTokenizer tokenizer = Create(
            ["t", "##o", "##o</w>", "##k", "##e", "##n", "##n</w>", "##en</w>", "to", "##ken</w>", "token</w>", "t</w>", "to</w>"],
            ["##e ##n</w>", "t ##o", "##k ##en</w>", "to ##ken</w>", "t ##o</w>"],
            s => (s.Prefix, s.Suffix) = ("##", "</w>"));

        Assert.Equal([10, 12, 11, 8, 3, 6], tokenizer.EncodeToIds("token to t tokn"));
        Assert.Equal("token to t tokn", tokenizer.Decode([10, 12, 11, 8, 3, 6]));

        char[] room = new char[7];
        Assert.Equal(OperationStatus.DestinationTooSmall, tokenizer.Decode([10, 12, 11], room.AsSpan(0, 5), out int idsConsumed, out int charsWritten));
        Assert.Equal((1, 0), (idsConsumed, charsWritten));
        Assert.Equal(OperationStatus.Done, tokenizer.Decode([10, 11], room, out idsConsumed, out charsWritten));
        Assert.Equal("token t", new string(room, 0, charsWritten));
    }

    [Fact]
    public void Special_tokens_are_ids_of_their_own()
    {
        var specialTokens = new Dictionary<string, int> { ["<mark>"] = 100 };
        BpeTokenizer tokenizer = Create(
            s_words, s_merges, s => (s.SpecialTokens, s.PreTokenizer) = (specialTokens, PreTokenizer.CreateWordOrNonWord(specialTokens)));

        Assert.Equal([6, 100, 14], tokenizer.EncodeToIds("He<mark>rld"));
        Assert.Equal(new EncodedToken(100, "<mark>", 2..8), tokenizer.EncodeToTokens("He<mark>rld", out _)[1]);
        Assert.Equal("He<mark>", tokenizer.Decode([6, 100]));
        Assert.Equal("He", tokenizer.Decode([6, 100], considerSpecialTokens: false));
        Assert.Same(specialTokens, tokenizer.SpecialTokens);
    }

    [Fact]
    public void Sentences_begin_and_end_with_their_tokens()
    {
        BpeTokenizer tokenizer = Create([.. s_words, "<s>", "</s>"], s_merges, s => (s.Beginning, s.End) = ("<s>", "</s>"));

        Assert.Equal([16, 6, 8, 17], tokenizer.EncodeToIds("Hello"));
        Assert.Equal(4, tokenizer.CountTokens("Hello"));
        Assert.Equal([16, 6], tokenizer.EncodeToIds("Hello", 2, out _, out int charsConsumed));
        Assert.Equal(2, charsConsumed);
        Assert.Equal([16, 6, 8], tokenizer.EncodeToIds("Hello", 3, out _, out _));
        Assert.Equal("<s>", tokenizer.BeginningOfSentenceToken);

        IReadOnlyList<EncodedToken> tokens = tokenizer.EncodeToTokens("Hello", out _);
        Assert.Equal((new EncodedToken(16, "<s>", 0..0), new EncodedToken(17, "</s>", 5..5)), (tokens[0], tokens[^1]));
        Assert.Empty(tokenizer.EncodeToIds(""));
    }

    [Theory]
    [InlineData(1, new[] { 6 }, 2, 12)]
    [InlineData(2, new[] { 6, 8 }, 5, 9)]
    [InlineData(4, new[] { 6, 8, 15, 12 }, 9, 5)]
    [InlineData(9, new[] { 6, 8, 15, 12, 14, 5 }, 13, 0)]
    public void A_text_is_cut_at_a_token(int maxTokenCount, int[] ids, int index, int indexFromEnd)
    {
        BpeTokenizer tokenizer = Create(s_words, s_merges);
        const string text = "Hello, world!";

        Assert.Equal(ids, tokenizer.EncodeToIds(text, maxTokenCount, out _, out int charsConsumed));
        Assert.Equal(index, charsConsumed);
        Assert.Equal(index, tokenizer.GetIndexByTokenCount(text, maxTokenCount, out _, out int tokenCount));
        Assert.Equal(ids.Length, tokenCount);
        Assert.Equal(indexFromEnd, tokenizer.GetIndexByTokenCountFromEnd(text, maxTokenCount, out _, out tokenCount));
        Assert.Equal(ids.Length, tokenCount);
    }

    [Fact]
    public async Task A_model_can_be_read_from_streams_and_files()
    {
        string[] lines = ["#version: 0.2", .. s_merges, ""];
        Dictionary<string, int> vocabulary = Vocabularies.Number(s_words);
        string vocabFile = Path.GetTempFileName();
        string mergesFile = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(vocabFile, Vocabularies.Json(vocabulary).ToArray(), TestContext.Current.CancellationToken);
            await File.WriteAllLinesAsync(mergesFile, lines, TestContext.Current.CancellationToken);

            BpeTokenizer[] tokenizers =
            [
                BpeTokenizer.Create(Vocabularies.Json(vocabulary), Vocabularies.Lines(lines)),
                await BpeTokenizer.CreateAsync(Vocabularies.Json(vocabulary), Vocabularies.Lines(lines)),
                BpeTokenizer.Create(vocabFile, mergesFile),
                BpeTokenizer.Create(new BpeOptions(vocabFile, mergesFile)),
            ];

            Assert.All(tokenizers, tokenizer => Assert.Equal([6, 8, 12, 14], tokenizer.EncodeToIds("Hello world")));
            Assert.All(tokenizers, tokenizer => Assert.Equal(vocabulary, tokenizer.Vocabulary));
        }
        finally
        {
            File.Delete(vocabFile);
            File.Delete(mergesFile);
        }
    }

    [Fact]
    public void Bad_models_are_refused()
    {
        Assert.Throws<InvalidOperationException>(() => Create([]));
        Assert.Throws<InvalidOperationException>(() => Create(["a", "b"], ["a b"]));
        Assert.Throws<InvalidOperationException>(() => Create(["a", "b", "ab"], ["a  b"]));
        Assert.Throws<InvalidOperationException>(() => Create(["a", "b", "ab"], ["ab"]));
        Assert.Throws<InvalidOperationException>(() => Create(["a"], change: s => s.UnknownToken = Unknown));
        Assert.Throws<ArgumentException>(() => Create(["a", "b", "ab"], ["a b", "a b"]));
        Assert.Throws<InvalidOperationException>(() => BpeTokenizer.Create(Vocabularies.Json(new Dictionary<string, int>()), Vocabularies.Lines("a b c")));
        Assert.Throws<ArgumentException>(() => new BpeOptions("no such file"));
        Assert.Throws<ArgumentOutOfRangeException>(() => Create(["a"]).EncodeToIds("a", 0, out _, out _));
    }

    [Fact]
    public void More_words_than_are_remembered_are_encoded_all_the_same_by_many_threads()
    {
        BpeTokenizer tokenizer = Create([.. Enumerable.Range(0, 10).Select(digit => $"{digit}"), "12", "34"], ["1 2", "3 4"]);

        Parallel.For(0, 24_000, i =>
        {
            string text = $"{i % 12_000}";
            string merged = text.Replace("12", ":", StringComparison.Ordinal).Replace("34", ";", StringComparison.Ordinal);
            Assert.True(merged.Select(c => c - '0').SequenceEqual(tokenizer.EncodeToIds(text)), text);
        });
    }

    [Fact]
    public void A_very_long_word_is_encoded()
        => Assert.Equal(Enumerable.Repeat(2, 20_000), Create(["a", "b", "ab"], ["a b"]).EncodeToIds(string.Concat(Enumerable.Repeat("ab", 20_000))));

    private sealed class Settings
    {
        public string? UnknownToken { get; set; }

        public bool Fuse { get; set; }

        public string? Prefix { get; set; }

        public string? Suffix { get; set; }

        public string? Beginning { get; set; }

        public string? End { get; set; }

        public IReadOnlyDictionary<string, int>? SpecialTokens { get; set; }

        public PreTokenizer? PreTokenizer { get; set; }
    }
}
