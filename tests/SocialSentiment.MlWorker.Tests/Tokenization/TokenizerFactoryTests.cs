using System.Text;
using System.Text.Json.Nodes;
using SocialSentiment.MlWorker.Inference.Tokenization;
using SocialSentiment.MlWorker.Models.Description;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Tokenization;

public sealed class TokenizerFactoryTests : IDisposable
{
    private static readonly string s_fixtures = Path.Combine(AppContext.BaseDirectory, "Tokenization", "Fixtures");
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Special_tokens_go_by_name()
    {
        Write("vocab.txt", "[SEP]\nwell\n[PAD]\n[MASK]\n##come\n[UNK]\n[CLS]\n😀\n");
        var tokenizer = Create();
        Assert.Equal(2, tokenizer.PadId);
        Assert.Equal([6, 1, 4, 7, 5, 0], Encode(tokenizer, "Wellcome 😀 unheard"));
    }

    [Fact]
    public void Special_tokens_may_have_other_names()
    {
        Write("vocab.txt", "<unk>\nhi\n<begin>\n<end>\n<fill>");
        Write("special_tokens_map.json", """{"unk_token": "<unk>", "cls_token": {"content": "<begin>"}, "pad_token": "<fill>"}""");
        Write("tokenizer_config.json", """{"sep_token": "<end>", "pad_token": "ignored, as the map comes first"}""");
        var tokenizer = Create();
        Assert.Equal(4, tokenizer.PadId);
        Assert.Equal([2, 1, 0, 3], Encode(tokenizer, "hi there"));
    }

    [Theory]
    [InlineData("uncased")]
    [InlineData("cased")]
    [InlineData("roberta")]
    [InlineData("gpt2")]
    public void A_post_cannot_bring_special_tokens_along(string model)
    {
        // With the list of added tokens that real files have, and by which Hugging Face finds them in a text.
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(s_fixtures, model, "tokenizer.json")))!;
        string[] special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "<s>", "<pad>", "</s>", "<unk>", "<mask>", "<|endoftext|>"];
        special = [.. special.Where(json["model"]!["vocab"]!.AsObject().ContainsKey)];
        json["added_tokens"] = new JsonArray([.. special.Select(token => new JsonObject { ["id"] = (int)json["model"]!["vocab"]![token]!, ["content"] = token, ["special"] = true })]);
        Write("tokenizer.json", json.ToJsonString());
        int[] forbidden = [.. special.Where(token => token is not ("[UNK]" or "<unk>")).Select(token => (int)json["model"]!["vocab"]![token]!)];

        var tokenizer = Create();
        var ids = new int[512];
        foreach (var token in special)
        {
            foreach (var text in (string[])[token, $"so {token} it", $"so{token}it", $" {token} {token}", token.ToLowerInvariant()])
            {
                var count = tokenizer.EncodePlain(text, ids);
                Assert.True(count > 0);
                Assert.DoesNotContain(ids[..count], forbidden.Contains);
            }
        }
    }

    [Theory]
    [InlineData("gpt2", "gpt2", "n_positions", 1024, 0, 1024)]
    [InlineData("gpt2", "gpt2", "n_positions", 256, 0, 256)]
    [InlineData("gpt2", "gpt2", "n_positions", 1024, 100, 100)]
    [InlineData("roberta", "roberta", "max_position_embeddings", 514, 0, 512)]
    [InlineData("roberta", "roberta", "max_position_embeddings", 514, 1000, 512)]
    [InlineData("roberta", "roberta", "max_position_embeddings", 130, 0, 128)]
    [InlineData("uncased", "bert", "max_position_embeddings", 512, 0, 512)]
    [InlineData("uncased", "bert", "max_position_embeddings", 8192, 0, 512)]
    [InlineData("uncased", "bert", "max_position_embeddings", 8192, 2048, 2048)]
    [InlineData("uncased", "bert", "max_position_embeddings", 512, 64, 64)]
    public void The_limit_is_what_the_model_takes_and_not_more_than_asked_for(string model, string type, string name, int positions, int asked, int expected)
    {
        File.Copy(Path.Combine(s_fixtures, model, "tokenizer.json"), Path.Combine(_folder, "tokenizer.json"));
        Write("config.json", $$"""{"model_type": "{{type}}", "{{name}}": {{positions}}}""");
        Write("tokenizer_config.json", """{"model_max_length": 1000000000000000019884624838656}""");
        Assert.Equal(expected, Create(asked).MaxTokens);
    }

    [Fact]
    public void The_tokenizer_may_know_a_lower_limit_than_the_network()
    {
        File.Copy(Path.Combine(s_fixtures, "uncased", "tokenizer.json"), Path.Combine(_folder, "tokenizer.json"));
        Write("config.json", """{"model_type": "bert", "max_position_embeddings": 512}""");
        Write("tokenizer_config.json", """{"model_max_length": 128}""");
        Assert.Equal(128, Create().MaxTokens);
    }

    [Theory]
    [InlineData("roberta", "<pad>")]
    [InlineData("gpt2", "<|endoftext|>")]
    [InlineData("uncased", "[PAD]")]
    public void Shorter_texts_are_filled_up_with_the_models_own_token(string model, string token)
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(s_fixtures, model, "tokenizer.json")))!;
        Assert.Equal((int)json["model"]!["vocab"]![token]!, TokenizerFactory.Create(Path.Combine(s_fixtures, model), TextNormalization.None).PadId);
    }

    [Theory]
    [InlineData("uncased")]
    [InlineData("cased")]
    [InlineData("accents")]
    [InlineData("roberta")]
    [InlineData("gpt2")]
    public void No_character_of_Unicode_is_refused(string model)
    {
        var tokenizer = TokenizerFactory.Create(Path.Combine(s_fixtures, model), TextNormalization.Compact);
        var ids = new int[tokenizer.MaxTokens];
        var text = new StringBuilder();

        // Every sixth character in turn, the lost halves and the last of every plane among them.
        for (var value = 0; value < 0x110000; value += (value & 0xFFF0) == 0xFFF0 || value is >= 0xD7F0 and < 0xE000 ? 1 : 6)
        {
            text.Append('a').Append(Rune.IsValid(value) ? new Rune(value).ToString() : ((char)value).ToString());
            if (text.Length > 4_000)
            {
                Assert.InRange(tokenizer.Encode(text.ToString(), ids), 1, ids.Length);
                text.Clear();
            }
        }
    }

    [Theory]
    [InlineData("uncased")]
    [InlineData("roberta")]
    public void The_normalization_of_tweets_comes_first(string model)
    {
        var plain = TokenizerFactory.Create(Path.Combine(s_fixtures, model), TextNormalization.None);
        var tweets = TokenizerFactory.Create(Path.Combine(s_fixtures, model), TextNormalization.Tweets);
        Assert.Equal(Encode(plain, "@user look http"), Encode(tweets, "@someone look https://t.co/x"));
    }

    [Fact]
    public void A_word_is_unknown_from_a_hundred_characters_on_whatever_their_size()
    {
        Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n😀\n##😀\nx\n##x");
        var tokenizer = Create();
        Assert.Equal(102, Encode(tokenizer, string.Concat(Enumerable.Repeat("😀", 100))).Length);
        Assert.Equal([2, 1, 3], Encode(tokenizer, string.Concat(Enumerable.Repeat("😀", 101))));
        Assert.Equal([2, 1, 6, 3], Encode(tokenizer, new string('x', 5_000) + " x"));
    }

    [Fact]
    public void A_text_of_nothing_is_the_special_tokens()
    {
        var tokenizer = TokenizerFactory.Create(Path.Combine(s_fixtures, "uncased"), TextNormalization.None);
        foreach (var nothing in (string[])["", "   ", "\0\u200B\uFFFD\uD83D", "\u0301"])
        {
            Assert.Equal([2, 3], Encode(tokenizer, nothing));
        }
    }

    [Theory]
    [InlineData("tokenizer.json", "{", "is not JSON")]
    [InlineData("tokenizer.json", "[]", "holds no JSON object")]
    [InlineData("tokenizer.json", "{}", "no known kind")]
    [InlineData("tokenizer.json", """{"model": {"type": "Unigram", "vocab": [["a", -1.5]]}}""", "Unigram (SentencePiece)")]
    [InlineData("tokenizer.json", """{"model": {"type": "WordLevel", "vocab": {}}}""", "WordLevel")]
    [InlineData("tokenizer.json", """{"model": {"type": "WordPiece", "vocab": {}}, "normalizer": {"type": "BertNormalizer"}, "pre_tokenizer": {"type": "Metaspace"}}""", "the pre_tokenizer Metaspace")]
    [InlineData("tokenizer.json", """{"model": {"type": "WordPiece", "vocab": {}}, "normalizer": {"type": "NFC"}, "pre_tokenizer": {"type": "BertPreTokenizer"}}""", "the normalizer NFC")]
    [InlineData("tokenizer.json", """{"model": {"type": "WordPiece", "vocab": {}}, "normalizer": {"type": "BertNormalizer"}, "pre_tokenizer": {"type": "BertPreTokenizer"}}""", "its vocabulary is empty")]
    [InlineData("tokenizer.json", """{"model": {"type": "WordPiece", "vocab": {"a": "b"}}, "normalizer": {"type": "BertNormalizer"}, "pre_tokenizer": {"type": "BertPreTokenizer"}}""", "the token 'a' has no number")]
    [InlineData("tokenizer.json", """{"model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"a": 0}}, "normalizer": {"type": "BertNormalizer"}, "pre_tokenizer": {"type": "BertPreTokenizer"}}""", "[UNK]")]
    [InlineData("tokenizer.json", """{"model": {"type": "WordPiece", "unk_token": "a", "vocab": {"a": 2000000000}}, "normalizer": {"type": "BertNormalizer"}, "pre_tokenizer": {"type": "BertPreTokenizer"}}""", "numbers its tokens up to 2000000000")]
    [InlineData("tokenizer.json", """{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "pre_tokenizer": {"type": "Split"}}""", "the pre_tokenizer Split")]
    [InlineData("tokenizer.json", """{"model": {"type": "BPE", "vocab": {"a": 0}}, "pre_tokenizer": {"type": "ByteLevel"}}""", "holds no merges")]
    [InlineData("tokenizer.json", """{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [["a"]]}, "pre_tokenizer": {"type": "ByteLevel"}}""", "is not two tokens")]
    [InlineData("tokenizer.json", """{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a b"]}, "pre_tokenizer": {"type": "ByteLevel"}}""", "contradicts itself")]
    [InlineData("tokenizer.json", """{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "pre_tokenizer": {"type": "ByteLevel"}}""", "pad_token")]
    [InlineData("tokenizer.json", """{"model": {"type": "BPE", "end_of_word_suffix": "</w>", "vocab": {"a": 0}, "merges": []}, "pre_tokenizer": {"type": "ByteLevel"}}""", "end_of_word_suffix")]
    [InlineData("vocab.txt", "a\nb", "[UNK]")]
    [InlineData("vocab.txt", "[UNK]\n[SEP]", "'[CLS]'")]
    [InlineData("vocab.json", "{}", "lacks a tokenizer: tokenizer.json, or vocab.txt, or vocab.json and merges.txt")]
    [InlineData("sentencepiece.bpe.model", "", "SentencePiece (sentencepiece.bpe.model)")]
    [InlineData("bpe.codes", "", "BPE over whole words (bpe.codes)")]
    [InlineData("config.json", "{", "config.json in")]
    public void What_cannot_be_used_is_refused_with_the_reason(string file, string content, string reason)
    {
        Write(file, content);
        Assert.Contains(reason, Assert.Throws<ModelFilesException>(() => Create()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("uncased")]
    [InlineData("gpt2")]
    public void The_oldest_files_do_not_name_their_kind(string model)
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(s_fixtures, model, "tokenizer.json")))!;
        json["model"]!.AsObject().Remove("type");
        Write("tokenizer.json", json.ToJsonString());
        const string Text = "It's brilliant, thank you!";
        Assert.Equal(Encode(TokenizerFactory.Create(Path.Combine(s_fixtures, model), TextNormalization.None), Text), Encode(Create(), Text));
    }

    [Fact]
    public void A_list_of_words_of_another_kind_is_refused()
    {
        Write("vocab.txt", "[UNK]\n[CLS]\n[SEP]\n[PAD]");
        Write("tokenizer_config.json", """{"tokenizer_class": "BertweetTokenizer"}""");
        Assert.Contains("BertweetTokenizer", Assert.Throws<ModelFilesException>(() => Create()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_without_room_for_a_text_is_refused()
    {
        Write("vocab.txt", "[UNK]\n[CLS]\n[SEP]\n[PAD]");
        Assert.Contains("no room", Assert.Throws<ModelFilesException>(() => Create(2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Entries_that_come_twice_or_have_blanks_around_them_are_read_as_the_reference_reads_them()
    {
        Write("vocab.txt", "[UNK]\r\n[CLS]\r\n[SEP]\r\n[PAD]\r\n\r\nhi  \r\nho\r\nhi\r\n");
        Assert.Equal([1, 7, 6, 2], Encode(Create(), "hi ho"));
    }

    [Fact]
    public void A_blank_is_put_before_a_text_where_the_model_learned_it_so()
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(s_fixtures, "gpt2", "tokenizer.json")))!;
        json["pre_tokenizer"]!["add_prefix_space"] = true;
        Write("tokenizer.json", json.ToJsonString());
        var plain = TokenizerFactory.Create(Path.Combine(s_fixtures, "gpt2"), TextNormalization.None);
        foreach (var text in (string[])["good", " good", "\ngood", ""])
        {
            Assert.Equal(Encode(plain, text.Length > 0 && text[0] != ' ' ? " " + text : text), Encode(Create(), text));
        }
    }

    private ITextTokenizer Create(int maxTokens = 0) => TokenizerFactory.Create(_folder, TextNormalization.None, maxTokens);

    private void Write(string file, string content) => File.WriteAllText(Path.Combine(_folder, file), content);

    private static int[] Encode(ITextTokenizer tokenizer, string text)
    {
        var ids = new int[Math.Max(3, 4 * text.Length)];
        return ids[..tokenizer.Encode(text, ids)];
    }
}
