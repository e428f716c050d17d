using System.Globalization;
using System.Text.Json;
using SocialSentiment.MlWorker.Models.Catalog;

namespace SocialSentiment.MlWorker.Models.Description;

/// <summary>What a model's <c>config.json</c> says, with the defaults that its family has where it says nothing.</summary>
internal sealed class ModelConfig(JsonElement json, string folder)
{
    public const string FileName = "config.json";

    public string? ModelType { get; } = json.Text("model_type");

    public ModelFamily Family => ModelType switch
    {
        "bert" => ModelFamily.Bert,
        "distilbert" => ModelFamily.Distilbert,
        "roberta" => ModelFamily.Roberta,
        "gpt2" => ModelFamily.Gpt2,
        _ => ModelFamily.Classifier,
    };

    /// <summary>What the network was built as, such as <c>BertForSequenceClassification</c>.</summary>
    public IReadOnlyList<string> Architectures { get; } = json.Get("architectures") is { ValueKind: JsonValueKind.Array } names
        ? [.. names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!)]
        : [];

    public string? ProblemType => json.Text("problem_type");

    /// <summary>Only BERT itself tells two texts of one input apart; what was exported with fewer inputs says so itself.</summary>
    public bool TakesTokenTypes => ModelType is "bert" && (json.Count("type_vocab_size") ?? 2) > 1;

    public int? PadId => json.Count("pad_token_id") ?? ModelType switch
    {
        "bert" or "distilbert" => 0,
        "roberta" => 1,
        "gpt2" => EndId,
        _ => null,
    };

    public int? EndId => json.Count("eos_token_id");

    /// <summary>The longest input that the network has positions for; none if it does not say.</summary>
    public int? MaxTokens
    {
        get
        {
            var positions = json.Count("max_position_embeddings") ?? json.Count("n_positions") ?? json.Count("n_ctx");

            // RoBERTa counts its positions from behind the pad's id: 514 of them hold 512 tokens.
            return ModelType is "roberta" or "xlm-roberta" or "camembert" or "mpnet" ? positions - (json.Count("pad_token_id") ?? 1) - 1 : positions;
        }
    }

    public int? Layers => json.Count("n_layer") ?? json.Count("num_hidden_layers") ?? json.Count("n_layers");

    public int? Heads => json.Count("n_head") ?? json.Count("num_attention_heads") ?? json.Count("n_heads");

    public int? HiddenSize => json.Count("n_embd") ?? json.Count("hidden_size") ?? json.Count("dim");

    public int? VocabularySize => json.Count("vocab_size");

    /// <summary>The names of the outputs, in their order; none if it gives them no names.</summary>
    public IReadOnlyList<string>? ReadLabels()
    {
        if (json.Get("id2label") is not { ValueKind: JsonValueKind.Object } names)
        {
            return null;
        }

        var labels = new string?[names.EnumerateObject().Count()];
        foreach (var name in names.EnumerateObject())
        {
            if (!int.TryParse(name.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                || index >= labels.Length
                || name.Value.ValueKind != JsonValueKind.String)
            {
                throw new ModelFilesException($"The id2label of {FileName} in '{folder}' does not name the outputs 0 to {labels.Length - 1}.");
            }

            labels[index] = name.Value.GetString();
        }

        return labels.Contains(null)
            ? throw new ModelFilesException($"The id2label of {FileName} in '{folder}' does not name the outputs 0 to {labels.Length - 1}.")
            : [.. labels.OfType<string>()];
    }

    public static ModelConfig? Read(ModelFolder folder) => folder.Json(FileName) is { } json ? new ModelConfig(json, folder.Name) : null;
}
