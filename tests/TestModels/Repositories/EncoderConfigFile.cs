using System.Globalization;
using System.Text.Json.Nodes;
using SocialSentiment.TestModels.Encoders;

namespace SocialSentiment.TestModels.Repositories;

/// <summary>config.json of the three architectures: DistilBERT has names of its own for the same things.</summary>
internal static class EncoderConfigFile
{
    public static JsonObject Of(EncoderConfig config)
    {
        var file = config.Kind == EncoderKind.DistilBert ? DistilBert(config) : BertOrRoberta(config);
        file["id2label"] = new JsonObject(config.Labels.Select((label, id) => KeyValuePair.Create(id.ToString(CultureInfo.InvariantCulture), (JsonNode?)label)));
        file["label2id"] = JsonFile.Vocabulary(config.Labels);
        file["max_position_embeddings"] = config.MaxPositions;
        file["pad_token_id"] = config.PadId;
        file["vocab_size"] = config.VocabularySize;
        return file;
    }

    private static JsonObject DistilBert(EncoderConfig config) => new()
    {
        ["activation"] = "gelu",
        ["architectures"] = new JsonArray("DistilBertForSequenceClassification"),
        ["attention_dropout"] = 0.1,
        ["dim"] = config.Hidden,
        ["dropout"] = 0.1,
        ["hidden_dim"] = config.Intermediate,
        ["initializer_range"] = 0.02,
        ["model_type"] = "distilbert",
        ["n_heads"] = config.Heads,
        ["n_layers"] = config.Layers,
        ["seq_classif_dropout"] = 0.2,
        ["sinusoidal_pos_embds"] = false,
        ["tie_weights_"] = true,
    };

    private static JsonObject BertOrRoberta(EncoderConfig config)
    {
        var roberta = config.Kind == EncoderKind.Roberta;
        JsonObject file = new()
        {
            ["architectures"] = new JsonArray(roberta ? "RobertaForSequenceClassification" : "BertForSequenceClassification"),
            ["attention_probs_dropout_prob"] = 0.1,
            ["hidden_act"] = "gelu",
            ["hidden_dropout_prob"] = 0.1,
            ["hidden_size"] = config.Hidden,
            ["initializer_range"] = 0.02,
            ["intermediate_size"] = config.Intermediate,
            ["layer_norm_eps"] = config.NormEpsilon,
            ["model_type"] = roberta ? "roberta" : "bert",
            ["num_attention_heads"] = config.Heads,
            ["num_hidden_layers"] = config.Layers,
            ["position_embedding_type"] = "absolute",
            ["type_vocab_size"] = config.TokenTypes,
        };
        if (roberta)
        {
            file["bos_token_id"] = 0;
            file["eos_token_id"] = 2;
        }

        return file;
    }
}
