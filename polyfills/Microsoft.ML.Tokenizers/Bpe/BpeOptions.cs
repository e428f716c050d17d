using System.Text.Json;

namespace Microsoft.ML.Tokenizers;

/// <summary>What a <see cref="BpeTokenizer"/> is made from.</summary>
public sealed class BpeOptions
{
    public BpeOptions(IEnumerable<KeyValuePair<string, int>> vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        Vocabulary = vocabulary;
    }

    /// <param name="vocabFile">A JSON object that gives every token its id.</param>
    /// <param name="mergesFile">The pairs to merge, best first, one pair a line.</param>
    public BpeOptions(string vocabFile, string? mergesFile = null)
    {
        ArgumentNullException.ThrowIfNull(vocabFile);
        RequireFile(vocabFile);

        using FileStream vocabulary = File.OpenRead(vocabFile);
        Vocabulary = JsonSerializer.Deserialize(vocabulary, BpeFiles.VocabularyType)
            ?? throw new InvalidOperationException($"The file '{vocabFile}' holds no vocabulary.");

        if (mergesFile is not null)
        {
            RequireFile(mergesFile);
            using FileStream merges = File.OpenRead(mergesFile);
            Merges = BpeFiles.ReadMerges(merges);
        }
    }

    public IEnumerable<KeyValuePair<string, int>> Vocabulary { get; }

    /// <summary>The pairs to merge, best first: two tokens and one space between them.</summary>
    public IEnumerable<string>? Merges { get; set; }

    /// <summary>Pieces that are spelled like one of these become that id. The pre-tokenizer must know them too, or there will be no such pieces.</summary>
    public IReadOnlyDictionary<string, int>? SpecialTokens { get; set; }

    public Normalizer? Normalizer { get; set; }

    /// <summary>How the text is cut into pieces; <see cref="PreTokenizer.CreateWordOrNonWord"/>, if null.</summary>
    public PreTokenizer? PreTokenizer { get; set; }

    /// <summary>Stands for characters that the vocabulary lacks. If null, they are left out.</summary>
    public string? UnknownToken { get; set; }

    /// <summary>Whether unknown characters in a row make one unknown token.</summary>
    public bool FuseUnknownTokens { get; set; }

    /// <summary>Marks the tokens that do not start a word.</summary>
    public string? ContinuingSubwordPrefix { get; set; }

    /// <summary>Marks the tokens that end a word.</summary>
    public string? EndOfWordSuffix { get; set; }

    /// <summary>Whether tokens are made of bytes of UTF-8, each written as one visible character, as in GPT-2 and RoBERTa.</summary>
    public bool ByteLevel { get; set; }

    /// <summary>Put before every text.</summary>
    public string? BeginningOfSentenceToken { get; set; }

    /// <summary>Put after every text.</summary>
    public string? EndOfSentenceToken { get; set; }

    private static void RequireFile(string path)
    {
        if (!File.Exists(path))
        {
            throw new ArgumentException($"There is no file '{path}'.");
        }
    }
}
