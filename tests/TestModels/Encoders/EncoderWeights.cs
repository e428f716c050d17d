using SocialSentiment.TestModels.Weights;

namespace SocialSentiment.TestModels.Encoders;

/// <summary>All the weights of a text classifier.</summary>
public sealed record EncoderWeights
{
    public required EncoderConfig Config { get; init; }

    public required Table Words { get; init; }

    public required Table Positions { get; init; }

    public required Table? Types { get; init; }

    public required Norm EmbeddingNorm { get; init; }

    public required IReadOnlyList<EncoderLayer> Layers { get; init; }

    /// <summary>The last layer but one: BERT's pooler, DistilBERT's pre-classifier, RoBERTa's dense layer.</summary>
    public required Linear Dense { get; init; }

    public required Linear Classifier { get; init; }

    public static EncoderWeights Seeded(EncoderConfig config)
    {
        var seeded = new SeededWeights(config.Seed);
        return new EncoderWeights
        {
            Config = config,
            Words = seeded.Table("embeddings.word_embeddings", config.VocabularySize, config.Hidden, 1),
            Positions = seeded.Table("embeddings.position_embeddings", config.MaxPositions, config.Hidden, 0.2f),
            Types = config.TokenTypes > 0 ? seeded.Table("embeddings.token_type_embeddings", config.TokenTypes, config.Hidden, 0.2f) : null,
            EmbeddingNorm = seeded.Norm("embeddings.LayerNorm", config.Hidden),
            Layers = [.. Enumerable.Range(0, config.Layers).Select(layer => EncoderLayer.Seeded(seeded, $"encoder.layer.{layer}", config))],
            Dense = seeded.Linear("dense", config.Hidden, config.Hidden),
            Classifier = seeded.Linear("classifier", config.Hidden, config.Labels.Count),
        };
    }
}

public sealed record EncoderLayer(
    Linear Query, Linear Key, Linear Value, Linear AttentionOutput, Norm AttentionNorm, Linear Up, Linear Down, Norm OutputNorm)
{
    internal static EncoderLayer Seeded(SeededWeights seeded, string name, EncoderConfig config) => new(
        seeded.Linear($"{name}.attention.query", config.Hidden, config.Hidden),
        seeded.Linear($"{name}.attention.key", config.Hidden, config.Hidden),
        seeded.Linear($"{name}.attention.value", config.Hidden, config.Hidden),
        seeded.Linear($"{name}.attention.output", config.Hidden, config.Hidden),
        seeded.Norm($"{name}.attention.LayerNorm", config.Hidden),
        seeded.Linear($"{name}.intermediate", config.Hidden, config.Intermediate),
        seeded.Linear($"{name}.output", config.Intermediate, config.Hidden),
        seeded.Norm($"{name}.LayerNorm", config.Hidden));
}
