using System.Text;
using Microsoft.ML.Tokenizers;
using SocialSentiment.MlWorker.Models.Description;

namespace SocialSentiment.MlWorker.Inference.Tokenization;

/// <summary>
/// Makes the tokenizer that belongs to a model, from the files of its folder as the hub lays them out. tokenizer.json says
/// all there is to know; the older files are read where it is missing.
/// <para>
/// Special tokens that are spelled out in a text, such as "[SEP]" or "&lt;/s&gt;", are text: a post cannot end itself or
/// hide a word from the model. This is the one wanted difference from Hugging Face's tokenizers.
/// </para>
/// </summary>
internal static class TokenizerFactory
{
    // What a vocabulary may claim to hold; the largest known ones hold a million.
    private const int MaxVocabulary = 1 << 24;
    private const int MaxTokensOfClassifiers = 512;
    private const int MaxTokensOfLanguageModels = 1024;

    /// <param name="maxTokens">The longest input, the special tokens included; 0: what the model takes, but no more than 512, or 1,024 of GPT-2.</param>
    /// <exception cref="ModelFilesException">A file is missing or broken, or the tokenizer is of a kind that is not known here.</exception>
    public static ITextTokenizer Create(string folder, TextNormalization normalization, int maxTokens = 0)
    {
        var files = new TokenizerFiles(new ModelFolder(folder));
        try
        {
            return files.Kind == TokenizerKind.WordPiece ? WordPiece(files, normalization, maxTokens) : ByteLevel(files, normalization, maxTokens);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new ModelFilesException($"The tokenizer of '{files.Folder.Name}' contradicts itself: {e.Message}", e);
        }
    }

    private static HubTokenizer WordPiece(TokenizerFiles files, TextNormalization normalization, int maxTokens)
    {
        var rules = files.ReadWordRules();
        var vocabulary = files.ReadVocabulary();
        var tokenizer = WordPieceTokenizer.Create(Lines(vocabulary, files), new WordPieceOptions
        {
            Normalizer = new WordNormalizer(rules),
            PreTokenizer = PreTokenizer.CreateWhiteSpace(),
            UnknownToken = files.UnknownToken ?? "[UNK]",
            ContinuingSubwordPrefix = files.ContinuingPrefix,

            // The package counts halves of characters; too long words have been made unknown before they get here.
            MaxInputCharsPerWord = 2 * rules.MaxWordLength,
        });
        var layout = files.ReadLayout(vocabulary) with { LongestWord = rules.MaxWordLength };
        return new HubTokenizer(tokenizer, layout, normalization, Limit(files, maxTokens, MaxTokensOfClassifiers, layout));
    }

    private static HubTokenizer ByteLevel(TokenizerFiles files, TextNormalization normalization, int maxTokens)
    {
        files.RequireByteLevel();
        var vocabulary = files.ReadVocabulary();
        var tokenizer = BpeTokenizer.Create(new BpeOptions(vocabulary)
        {
            Merges = files.ReadMerges(),
            ByteLevel = true,
            PreTokenizer = ByteLevelPreTokenizer.Instance,
            UnknownToken = files.UnknownToken,
        });
        var layout = files.ReadLayout(vocabulary);
        var most = layout.Before.Length + layout.After.Length > 0 ? MaxTokensOfClassifiers : MaxTokensOfLanguageModels;
        return new HubTokenizer(tokenizer, layout, normalization, Limit(files, maxTokens, most, layout));
    }

    private static int Limit(TokenizerFiles files, int asked, int most, TokenizerLayout layout)
    {
        var limit = Math.Min(asked > 0 ? asked : Math.Min(files.ModelMaxLength ?? most, most), files.MaxPositions ?? int.MaxValue);
        return limit > layout.Before.Length + layout.After.Length
            ? limit
            : throw new ModelFilesException($"The model in '{files.Folder.Name}' takes {limit} tokens, which leaves no room for a text.");
    }

    /// <summary>The vocabulary as the package reads it: one entry a line, whose number is its id.</summary>
    private static MemoryStream Lines(Dictionary<string, int> vocabulary, TokenizerFiles files)
    {
        var size = vocabulary.Values.DefaultIfEmpty(-1).Max() + 1;
        if (size > MaxVocabulary)
        {
            throw new ModelFilesException($"The vocabulary of '{files.Folder.Name}' numbers its tokens up to {size - 1}.");
        }

        var lines = new string?[size];
        foreach (var (token, id) in vocabulary)
        {
            // What has a line end in it is no part of any word.
            lines[id] = token.AsSpan().ContainsAny('\r', '\n') ? null : token;
        }

        return new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
    }
}
