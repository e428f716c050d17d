namespace Microsoft.ML.Tokenizers;

/// <summary>What a tokenizer makes of a text.</summary>
/// <typeparam name="T"><see cref="int"/> for ids, or <see cref="EncodedToken"/>.</typeparam>
public struct EncodeResults<T>
{
    public IReadOnlyList<T> Tokens { get; set; }

    /// <summary>The text after normalization; null when nothing was normalized.</summary>
    public string? NormalizedText { get; set; }

    /// <summary>How much of the text (of <see cref="NormalizedText"/>, when there is one) the tokens stand for.</summary>
    public int CharsConsumed { get; set; }
}
