namespace Microsoft.ML.Tokenizers;

/// <summary>What a <see cref="WordPieceTokenizer"/> is made from, besides its vocabulary.</summary>
public class WordPieceOptions
{
    /// <summary>How the text is cut into words; at white space, if null.</summary>
    public PreTokenizer? PreTokenizer { get; set; }

    public Normalizer? Normalizer { get; set; }

    public IReadOnlyDictionary<string, int>? SpecialTokens { get; set; }

    /// <summary>Stands for every word that the vocabulary cannot spell.</summary>
    public string UnknownToken { get; set; } = "[UNK]";

    /// <summary>Marks the entries of the vocabulary that continue a word.</summary>
    public string ContinuingSubwordPrefix { get; set; } = "##";

    /// <summary>Words longer than this are unknown.</summary>
    public int MaxInputCharsPerWord { get; set; } = 100;
}
