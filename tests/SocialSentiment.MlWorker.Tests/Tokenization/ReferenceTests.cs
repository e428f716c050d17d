using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using SocialSentiment.MlWorker.Inference.Tokenization;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Tokenization;

/// <summary>
/// Ids as Hugging Face's own tokenizers gave them for the texts in Fixtures: posts, and made-up texts of all scripts, emoji
/// sequences, broken characters, spelled-out special tokens and very long words. bench/Tokenizers makes the fixtures, and
/// compares many more texts.
/// </summary>
public sealed class ReferenceTests : IDisposable
{
    private static readonly string s_fixtures = Path.Combine(AppContext.BaseDirectory, "Tokenization", "Fixtures");
    private static readonly string[] s_texts = [.. File.ReadLines(Path.Combine(s_fixtures, "texts.jsonl")).Select(Unescape)];
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public static TheoryData<string> Models => ["uncased", "cased", "multilingual", "accents", "roberta", "gpt2"];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_text_gets_the_ids_of_the_reference(string model)
    {
        var tokenizer = TokenizerFactory.Create(Path.Combine(s_fixtures, model), TextNormalization.None, 10_000);
        var all = Ids(model);
        Assert.Equal(s_texts.Length, all.Length);
        Assert.All(s_texts.Zip(all), pair => Assert.Equal(pair.Second, Encode(tokenizer, pair.First)));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_text_that_is_too_long_loses_its_last_ids_and_keeps_the_special_ones(string model)
    {
        var all = Ids(model);
        foreach (var limit in (int[])[3, 4, 8, 17, 64])
        {
            var tokenizer = TokenizerFactory.Create(Path.Combine(s_fixtures, model), TextNormalization.None, limit);
            Assert.Equal(limit, tokenizer.MaxTokens);
            Assert.All(s_texts.Zip(all), pair => Assert.Equal(Cut(model, pair.Second, limit), Encode(tokenizer, pair.First)));
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Room_for_fewer_ids_than_the_model_takes_is_kept_to(string model)
    {
        var tokenizer = TokenizerFactory.Create(Path.Combine(s_fixtures, model), TextNormalization.None);
        var room = new int[12];
        Assert.All(s_texts.Zip(Ids(model)), pair => Assert.Equal(Cut(model, pair.Second, room.Length), room[..tokenizer.Encode(pair.First, room)]));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void The_pieces_of_a_prompt_have_no_special_tokens_and_no_limit(string model)
    {
        var tokenizer = TokenizerFactory.Create(Path.Combine(s_fixtures, model), TextNormalization.None, 3);
        var ids = new int[10_000];
        Assert.All(s_texts.Zip(Ids(model)), pair => Assert.Equal(model == "gpt2" ? pair.Second : pair.Second[1..^1], ids[..tokenizer.EncodePlain(pair.First, ids)]));
        Assert.Equal(0, tokenizer.EncodePlain("nothing fits", []));
    }

    [Theory]
    [InlineData("uncased", true)]
    [InlineData("cased", false)]
    public void A_list_of_words_alone_is_enough(string model, bool lowerCase)
    {
        var vocabulary = Model(model)["vocab"]!.AsObject().OrderBy(token => (int)token.Value!).Select(token => token.Key);
        File.WriteAllLines(Path.Combine(_folder, "vocab.txt"), vocabulary);
        if (!lowerCase)
        {
            File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), """{"tokenizer_class": "BertTokenizer", "do_lower_case": false, "strip_accents": null}""");
        }

        AssertSameAs(model);
    }

    [Theory]
    [InlineData("roberta")]
    [InlineData("gpt2")]
    public void A_vocabulary_and_merges_alone_are_enough(string model)
    {
        var merges = Model(model)["merges"]!.AsArray().Select(merge => merge is JsonArray pair ? $"{pair[0]} {pair[1]}" : (string)merge!);
        File.WriteAllText(Path.Combine(_folder, "vocab.json"), Model(model)["vocab"]!.ToJsonString());
        File.WriteAllLines(Path.Combine(_folder, "merges.txt"), ["#version: 0.2", .. merges, ""]);
        AssertSameAs(model);
    }

    [Fact]
    public void Merges_may_be_written_apart_or_together()
    {
        foreach (var (model, merge) in (KeyValuePair<string, Func<JsonNode, JsonNode>>[])
        [
            new("roberta", merge => new JsonArray(((string)merge!).Split(' ').Select(token => (JsonNode)token).ToArray())),
            new("gpt2", merge => $"{merge[0]} {merge[1]}"),
        ])
        {
            var tokenizer = Tokenizer(model);
            tokenizer["model"]!["merges"] = new JsonArray([.. tokenizer["model"]!["merges"]!.AsArray().Select(pair => merge(pair!))]);
            File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), tokenizer.ToJsonString());
            AssertSameAs(model);
        }
    }

    [Fact]
    public void Many_threads_may_share_one_tokenizer()
    {
        foreach (var model in (string[])["multilingual", "roberta"])
        {
            var tokenizer = TokenizerFactory.Create(Path.Combine(s_fixtures, model), TextNormalization.None, 10_000);
            var all = Ids(model);
            Parallel.For(0, 2_000, i => Assert.Equal(all[i % all.Length], Encode(tokenizer, s_texts[i % all.Length])));
        }
    }

    private void AssertSameAs(string model)
    {
        var tokenizer = TokenizerFactory.Create(_folder, TextNormalization.None, 10_000);
        Assert.All(s_texts.Zip(Ids(model)), pair => Assert.Equal(pair.Second, Encode(tokenizer, pair.First)));
    }

    private static int[] Encode(ITextTokenizer tokenizer, string text)
    {
        var ids = new int[10_000];
        return ids[..tokenizer.Encode(text, ids)];
    }

    private static int[] Cut(string model, int[] ids, int limit)
        => ids.Length <= limit ? ids : model == "gpt2" ? ids[..limit] : [.. ids[..(limit - 1)], ids[^1]];

    private static int[][] Ids(string model)
        => [.. File.ReadLines(Path.Combine(s_fixtures, model, "ids.txt")).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture)).ToArray())];

    private static JsonNode Tokenizer(string model) => JsonNode.Parse(File.ReadAllText(Path.Combine(s_fixtures, model, "tokenizer.json")))!;

    private static JsonNode Model(string model) => Tokenizer(model)["model"]!;

    /// <summary>The texts have escapes for all but plain letters, halves of characters among them, which JSON readers refuse.</summary>
    private static string Unescape(string line)
    {
        var text = new StringBuilder();
        for (var i = 1; i < line.Length - 1; i++)
        {
            if (line[i] != '\\')
            {
                text.Append(line[i]);
                continue;
            }

            text.Append((char)ushort.Parse(line.AsSpan(i + 2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            i += 5;
        }

        return text.ToString();
    }
}
