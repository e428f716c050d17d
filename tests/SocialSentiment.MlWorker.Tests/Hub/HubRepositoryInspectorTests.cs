using System.Text;
using SocialSentiment.MlWorker.Inference.Tokenization;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Hub;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Hub;

public sealed class HubRepositoryInspectorTests
{
    private const string Classifier = """{ "model_type": "roberta", "architectures": ["RobertaForSequenceClassification"], "id2label": { "0": "negative" } }""";
    private const string Generator = """{ "model_type": "gpt2", "architectures": ["GPT2LMHeadModel"] }""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_entry_is_made_of_what_a_repository_holds_and_says()
    {
        await using var bench = await HubBench.StartAsync(Token);
        Add(bench, "Xenova/Twitter-roberta", Classifier, "tokenizer.json", "vocab.json", "merges.txt", "pytorch_model.bin", "onnx/model.onnx", "onnx/model_quantized.onnx", "onnx/model_int8.onnx", "onnx/model_fp16.onnx").Licence = "mit";

        var entry = await DescribeAsync(bench, "Xenova/Twitter-roberta");

        Assert.Equal(("twitter-roberta", ModelFamily.Roberta, ModelTask.Sentiment, "mit"), (entry.Key, entry.Family, Assert.Single(entry.Tasks), entry.Licence));
        Assert.Equal(TextNormalization.Tweets, entry.Normalization);
        Assert.Equal(new ModelSource(SourceKind.Hub, "Xenova/Twitter-roberta"), entry.Source);
        Assert.Equal([new ModelVariant("int8", "onnx/model_quantized.onnx"), new ModelVariant("fp32", "onnx/model.onnx")], entry.Variants);
        Assert.Equal(["config.json", "tokenizer.json", "vocab.json", "merges.txt"], entry.Files);
    }

    [Fact]
    public async Task Weights_beside_a_network_and_a_network_at_the_root_are_found()
    {
        await using var bench = await HubBench.StartAsync(Token);
        Add(bench, "someone/large", """{ "model_type": "xlm-roberta" }""", "tokenizer.json", "model.onnx", "model.onnx_data", "model.onnx_data_1");

        var entry = await DescribeAsync(bench, "someone/large", "mine");

        Assert.Equal(("mine", ModelFamily.Classifier), (entry.Key, entry.Family));
        var variant = Assert.Single(entry.Variants);
        Assert.Equal(("fp32", "model.onnx"), (variant.Precision, variant.File));
        Assert.Equal(["model.onnx_data", "model.onnx_data_1"], variant.Data);
    }

    [Theory]
    [InlineData("onnx/decoder_model_merged_quantized.onnx", "onnx/decoder_model_merged.onnx", "onnx/decoder_model.onnx", "onnx/model.onnx")]
    [InlineData("onnx/model_quantized.onnx", "onnx/model.onnx", "onnx/decoder_model.onnx", "README.md")]
    public async Task Of_a_language_model_the_network_that_does_all_tokens_is_taken(string quantized, string full, string other, string another)
    {
        await using var bench = await HubBench.StartAsync(Token);
        Add(bench, "Xenova/gpt2", Generator, "tokenizer.json", quantized, full, other, another);

        var entry = await DescribeAsync(bench, "Xenova/gpt2");

        Assert.Equal((ModelFamily.Gpt2, ModelTask.Generation), (entry.Family, Assert.Single(entry.Tasks)));
        Assert.Equal([new ModelVariant("int8", quantized), new ModelVariant("fp32", full)], entry.Variants);
    }

    [Fact]
    public async Task Of_a_language_model_in_two_networks_both_are_taken_if_both_are_there()
    {
        await using var bench = await HubBench.StartAsync(Token);
        Add(
            bench, "Xenova/gpt2", Generator, "tokenizer.json", "onnx/decoder_model.onnx", "onnx/decoder_with_past_model.onnx", "onnx/decoder_with_past_model.onnx_data", "onnx/decoder_model_quantized.onnx");

        var variant = Assert.Single((await DescribeAsync(bench, "Xenova/gpt2")).Variants);

        Assert.Equal(("fp32", "onnx/decoder_model.onnx", "onnx/decoder_with_past_model.onnx"), (variant.Precision, variant.File, variant.Past));
        Assert.Equal(["onnx/decoder_with_past_model.onnx_data"], variant.Data);
        Assert.Equal(["onnx/decoder_model.onnx", "onnx/decoder_with_past_model.onnx", "onnx/decoder_with_past_model.onnx_data"], variant.Paths());
    }

    [Theory]
    [InlineData(Classifier, "pytorch_model.bin", "someone/model has no ONNX export; repositories under Xenova/ and onnx-community/ have.")]
    [InlineData("""{ "model_type": "bert", "architectures": ["BertForMaskedLM"] }""", "onnx/model.onnx", "someone/model is BertForMaskedLM, which labels no texts")]
    [InlineData("not json", "onnx/model.onnx", "config.json of someone/model is not a model's configuration.")]
    [InlineData(null, "onnx/model.onnx", "someone/model has no config.json")]
    public async Task What_we_cannot_run_is_refused_with_the_reason(string? config, string file, string reason)
    {
        await using var bench = await HubBench.StartAsync(Token);
        Add(bench, "someone/model", config, "tokenizer.json", file);

        var error = await Assert.ThrowsAsync<HubException>(() => DescribeAsync(bench, "someone/model"));

        Assert.Equal(HubError.Unusable, error.Kind);
        Assert.StartsWith(reason, error.Message, StringComparison.Ordinal);
    }

    private static HubRepository Add(HubBench bench, string name, string? config, params string[] paths)
    {
        var files = paths.ToDictionary(path => path, path => Encoding.UTF8.GetBytes(path));
        if (config is not null)
        {
            files["config.json"] = Encoding.UTF8.GetBytes(config);
        }

        return bench.Hub.Add(name, files);
    }

    private static Task<ModelEntry> DescribeAsync(HubBench bench, string repository, string? key = null)
        => new HubRepositoryInspector(bench.Client()).DescribeAsync(repository, "main", key, Token);
}
