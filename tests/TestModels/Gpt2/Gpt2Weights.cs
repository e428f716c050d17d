using SocialSentiment.TestModels.Weights;

namespace SocialSentiment.TestModels.Gpt2;

/// <summary>All the weights of a language model.</summary>
public sealed record Gpt2Weights
{
    public required Gpt2Config Config { get; init; }

    public required Table Words { get; init; }

    public required Table Positions { get; init; }

    public required IReadOnlyList<Gpt2Layer> Layers { get; init; }

    public required Norm FinalNorm { get; init; }

    /// <summary>The table of words turned around, until it is fitted to something.</summary>
    public required Linear Head { get; init; }

    public static Gpt2Weights Seeded(Gpt2Config config)
    {
        var seeded = new SeededWeights(config.Seed);
        var words = seeded.Table("transformer.wte", config.VocabularySize, config.Hidden, 2 / MathF.Sqrt(config.Hidden));
        return new Gpt2Weights
        {
            Config = config,
            Words = words,
            Positions = seeded.Table("transformer.wpe", config.MaxPositions, config.Hidden, 0.5f / MathF.Sqrt(config.Hidden)),
            Layers = [.. Enumerable.Range(0, config.Layers).Select(layer => Gpt2Layer.Seeded(seeded, $"transformer.h.{layer}", config))],
            FinalNorm = seeded.Norm("transformer.ln_f", config.Hidden),
            Head = new Linear("lm_head", config.Hidden, config.VocabularySize, Transposed(words), Bias: null),
        };
    }

    private static float[] Transposed(Table table)
    {
        var values = new float[table.Values.Length];
        for (var row = 0; row < table.Rows; row++)
        {
            for (var column = 0; column < table.Width; column++)
            {
                values[(column * table.Rows) + row] = table.Values[(row * table.Width) + column];
            }
        }

        return values;
    }
}

/// <param name="Attention">Query, key and value side by side.</param>
public sealed record Gpt2Layer(Norm First, Linear Attention, Linear AttentionOutput, Norm Second, Linear Up, Linear Down)
{
    internal static Gpt2Layer Seeded(SeededWeights seeded, string name, Gpt2Config config) => new(
        seeded.Norm($"{name}.ln_1", config.Hidden),
        seeded.Linear($"{name}.attn.c_attn", config.Hidden, 3 * config.Hidden),
        seeded.Linear($"{name}.attn.c_proj", config.Hidden, config.Hidden),
        seeded.Norm($"{name}.ln_2", config.Hidden),
        seeded.Linear($"{name}.mlp.c_fc", config.Hidden, 4 * config.Hidden),
        seeded.Linear($"{name}.mlp.c_proj", 4 * config.Hidden, config.Hidden));
}
