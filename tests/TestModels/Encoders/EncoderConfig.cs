namespace SocialSentiment.TestModels.Encoders;

public enum EncoderKind
{
    Bert,
    DistilBert,
    Roberta,
}

/// <summary>The measures of a text classifier, and the seed of its weights.</summary>
public sealed record EncoderConfig
{
    public required EncoderKind Kind { get; init; }

    public required int Layers { get; init; }

    public required int Hidden { get; init; }

    public required int Heads { get; init; }

    public required int Intermediate { get; init; }

    /// <summary>How many tokens there are; 0 for a repository means as many as its vocabulary needs.</summary>
    public int VocabularySize { get; init; }

    /// <summary>RoBERTa counts its positions from <see cref="PadId"/> + 1, and so has as many more.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>What the outputs are called, in their order.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    public int Seed { get; init; } = 1;

    public int PadId => Kind == EncoderKind.Roberta ? 1 : 0;

    /// <summary>Kinds of segments: BERT knows a first and a second text, RoBERTa has kept one row of the table.</summary>
    public int TokenTypes => Kind switch
    {
        EncoderKind.Bert => 2,
        EncoderKind.Roberta => 1,
        _ => 0,
    };

    public float NormEpsilon => Kind == EncoderKind.Roberta ? 1e-5f : 1e-12f;

    /// <summary>Two layers of width 32: quick enough for any test.</summary>
    public static EncoderConfig Tiny(EncoderKind kind) => new()
    {
        Kind = kind,
        Layers = 2,
        Hidden = 32,
        Heads = 4,
        Intermediate = 64,
        MaxPositions = kind == EncoderKind.Roberta ? 130 : 128,
        Labels = LabelSets.Of(kind),
    };

    public static EncoderConfig DistilBertBase { get; } = Base(EncoderKind.DistilBert) with { Layers = 6, VocabularySize = 30_522 };

    public static EncoderConfig RobertaBase { get; } = Base(EncoderKind.Roberta) with { VocabularySize = 50_265, MaxPositions = 514 };

    public static EncoderConfig BertMultilingual { get; } = Base(EncoderKind.Bert) with { VocabularySize = 105_879 };

    private static EncoderConfig Base(EncoderKind kind) => new()
    {
        Kind = kind,
        Layers = 12,
        Hidden = 768,
        Heads = 12,
        Intermediate = 3072,
        MaxPositions = 512,
        Labels = LabelSets.Of(kind),
    };
}
