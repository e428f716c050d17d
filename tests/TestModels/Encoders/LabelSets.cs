namespace SocialSentiment.TestModels.Encoders;

/// <summary>What the well-known sentiment models call their outputs.</summary>
public static class LabelSets
{
    /// <summary>distilbert-base-uncased-finetuned-sst-2-english.</summary>
    public static IReadOnlyList<string> Two { get; } = ["NEGATIVE", "POSITIVE"];

    /// <summary>twitter-roberta-base-sentiment-latest.</summary>
    public static IReadOnlyList<string> Three { get; } = ["negative", "neutral", "positive"];

    /// <summary>bert-base-multilingual-uncased-sentiment.</summary>
    public static IReadOnlyList<string> Stars { get; } = ["1 star", "2 stars", "3 stars", "4 stars", "5 stars"];

    public static IReadOnlyList<string> Of(EncoderKind kind) => kind switch
    {
        EncoderKind.DistilBert => Two,
        EncoderKind.Roberta => Three,
        _ => Stars,
    };
}
