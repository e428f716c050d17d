namespace SocialSentiment.TestModels.Weights;

public enum Precision
{
    /// <summary>32-bit floats.</summary>
    Full,

    /// <summary>8-bit integers.</summary>
    Quantized,
}
