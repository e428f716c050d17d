namespace Microsoft.ML.Tokenizers;

/// <summary>What a <see cref="BertTokenizer"/> is made from, besides its vocabulary.</summary>
public sealed class BertOptions : WordPieceOptions
{
    public bool LowerCaseBeforeTokenization { get; set; } = true;

    /// <summary>Whether to normalize the text and to cut it at punctuation, or to cut it at white space and leave it at that.</summary>
    public bool ApplyBasicTokenization { get; set; } = true;

    /// <summary>Whether a special token that is spelled out in the text becomes that token.</summary>
    public bool SplitOnSpecialTokens { get; set; } = true;

    public string SeparatorToken { get; set; } = "[SEP]";

    public string PaddingToken { get; set; } = "[PAD]";

    public string ClassificationToken { get; set; } = "[CLS]";

    public string MaskingToken { get; set; } = "[MASK]";

    /// <summary>Whether every CJK character is a word of its own.</summary>
    public bool IndividuallyTokenizeCjk { get; set; } = true;

    /// <summary>Whether accents are removed. Takes effect only where the runtime has ICU, not with <c>InvariantGlobalization</c>.</summary>
    public bool RemoveNonSpacingMarks { get; set; }
}
