using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Description;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Description;

public sealed class ModelDescriptionTests : IDisposable
{
    private static readonly ModelEntry s_entry = new()
    {
        Key = "tested",
        Title = "Tested",
        Family = ModelFamily.Classifier,
        Source = new ModelSource(SourceKind.Embedded),
    };

    private static readonly SentimentPrompt s_prompt = new("", " I feel", " bad", " okay", " good");
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_classifier_is_read_from_its_configuration()
    {
        var description = Read("""
            {"model_type": "distilbert", "architectures": ["DistilBertForSequenceClassification"], "dim": 768, "n_heads": 12, "n_layers": 6,
             "id2label": {"1": "POSITIVE", "0": "NEGATIVE"}, "max_position_embeddings": 512, "pad_token_id": 0, "vocab_size": 30522}
            """);
        Assert.Equal(ModelFamily.Distilbert, description.Family);
        Assert.Equal(["NEGATIVE", "POSITIVE"], description.Labels!.Labels);
        Assert.False(description.Labels.CanSayNeutral);
        Assert.False(description.TakesTokenTypes);
        Assert.Equal((512, 0, 6, 12, 768, 30522), (description.MaxTokens, description.PadId, description.Layers, description.Heads, description.HiddenSize, description.VocabularySize));
    }

    [Fact]
    public void Bert_tells_two_texts_apart()
        => Assert.True(Read("""{"model_type": "bert", "id2label": {"0": "neg", "1": "pos"}, "type_vocab_size": 2}""").TakesTokenTypes);

    [Fact]
    public void Roberta_counts_its_positions_from_behind_the_pad()
    {
        var description = Read("""{"model_type": "roberta", "id2label": {"0": "negative", "1": "neutral", "2": "positive"}, "max_position_embeddings": 514, "type_vocab_size": 1}""");
        Assert.Equal((ModelFamily.Roberta, 512, 1, false), (description.Family, description.MaxTokens, description.PadId, description.TakesTokenTypes));
    }

    [Fact]
    public void A_language_model_with_a_prompt_needs_no_labels()
    {
        const string Config = """{"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "n_layer": 12, "n_head": 12, "n_embd": 768, "n_positions": 1024, "eos_token_id": 50256}""";
        var description = Read(Config, s_entry with { Prompt = s_prompt });
        Assert.Equal((ModelFamily.Gpt2, null, 1024, 50256), (description.Family, description.Labels, description.MaxTokens, description.PadId));
        Assert.Equal((12, 12, 768), (description.Layers, description.Heads, description.HiddenSize));
        Assert.Null(Read(Config, s_entry with { Tasks = [ModelTask.Generation] }).Labels);
    }

    [Fact]
    public void The_catalog_says_what_numbered_outputs_mean()
    {
        const string Config = """{"model_type": "roberta", "architectures": ["RobertaForSequenceClassification"], "id2label": {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}}""";
        Assert.Contains("said in the catalog", Refuse(Config).Message, StringComparison.Ordinal);
        Assert.True(Read(Config, s_entry with { Labels = ["negative", "neutral", "positive"] }).Labels!.CanSayNeutral);
    }

    [Fact]
    public void The_catalog_may_say_all_there_is_to_know()
    {
        var description = ModelDescription.Read(_folder, s_entry with { Labels = ["negative", "neutral", "positive"] });
        Assert.Equal((ModelFamily.Classifier, null, false), (description.Family, description.MaxTokens, description.TakesTokenTypes));
    }

    [Theory]
    [InlineData("""{"model_type": "bert", "architectures": ["BertForMaskedLM"]}""", "tested has no sentiment head: its config.json calls it BertForMaskedLM")]
    [InlineData("""{"model_type": "bert", "architectures": ["BertForMaskedLM"], "id2label": {"0": "LABEL_0", "1": "LABEL_1"}}""", "tested has no sentiment head")]
    [InlineData("""{"model_type": "bert", "architectures": ["BertModel"], "id2label": {"0": "negative", "1": "positive"}}""", "calls it BertModel")]
    [InlineData("""{"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"]}""", "tested has no sentiment head")]
    [InlineData("""{"model_type": "bert"}""", "has no id2label")]
    [InlineData("""{"model_type": "bert", "id2label": {"0": "LABEL_0", "1": "LABEL_1"}}""", "only numbered")]
    [InlineData("""{"model_type": "bert", "id2label": {"0": "entailment", "1": "contradiction"}}""", "its outputs (entailment, contradiction) do not map")]
    [InlineData("""{"model_type": "bert", "id2label": {"0": "negative", "2": "positive"}}""", "does not name the outputs 0 to 1")]
    [InlineData("""{"model_type": "bert", "id2label": {"zero": "negative", "1": "positive"}}""", "does not name the outputs")]
    [InlineData("""{"model_type": "bert", "id2label": {"0": "negative", "1": 1}}""", "does not name the outputs")]
    [InlineData("""{"model_type": "bert", "problem_type": "multi_label_classification", "id2label": {"0": "negative", "1": "positive"}}""", "no choice of one label")]
    [InlineData("""{"model_type": "bert",""", "config.json in")]
    [InlineData("[]", "holds no JSON object")]
    [InlineData("", "is not JSON")]
    public void What_cannot_label_texts_is_refused_with_the_reason(string config, string reason)
        => Assert.Contains(reason, Refuse(config).Message, StringComparison.Ordinal);

    [Fact]
    public void A_language_model_that_does_not_say_its_shape_is_refused()
    {
        var error = Assert.Throws<ModelFilesException>(() => Read("""{"model_type": "gpt2", "n_head": 12}""", s_entry with { Tasks = [ModelTask.Generation] }));
        Assert.Contains("n_layer, n_head, n_embd", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_configuration_is_named()
    {
        var error = Assert.Throws<ModelFilesException>(() => ModelDescription.Read(_folder, s_entry));
        Assert.Equal("The model tested lacks the file config.json.", error.Message);
    }

    private ModelFilesException Refuse(string config) => Assert.Throws<ModelFilesException>(() => Read(config));

    private ModelDescription Read(string config, ModelEntry? entry = null)
    {
        File.WriteAllText(Path.Combine(_folder, "config.json"), config);
        return ModelDescription.Read(_folder, entry ?? s_entry);
    }
}
