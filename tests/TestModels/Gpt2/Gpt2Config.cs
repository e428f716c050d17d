namespace SocialSentiment.TestModels.Gpt2;

/// <summary>The measures of a language model, and the seed of its weights.</summary>
public sealed record Gpt2Config
{
    public required int Layers { get; init; }

    public required int Hidden { get; init; }

    public required int Heads { get; init; }

    /// <summary>How many tokens there are; 0 for a repository means as many as its vocabulary needs.</summary>
    public int VocabularySize { get; init; }

    public required int MaxPositions { get; init; }

    /// <summary>Whether its networks ask for the positions. Without them they count from the start of the cache, padding included.</summary>
    public bool PositionIds { get; init; } = true;

    public int Seed { get; init; } = 1;

    public float NormEpsilon { get; init; } = 1e-5f;

    public int HeadWidth => Hidden / Heads;

    /// <summary>Two layers of width 32: quick enough for any test.</summary>
    public static Gpt2Config Tiny { get; } = new() { Layers = 2, Hidden = 32, Heads = 4, MaxPositions = 256 };

    public static Gpt2Config DistilGpt2 { get; } = new() { Layers = 6, Hidden = 768, Heads = 12, VocabularySize = 50_257, MaxPositions = 1024 };
}
