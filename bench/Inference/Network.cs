using SocialSentiment.MlWorker.Inference.Tokenization;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Store;

namespace SocialSentiment.Bench.Inference;

/// <summary>One network to be measured, and the texts as it reads them.</summary>
internal sealed class Network
{
    public Network(string shape, ModelEntry entry, StoredModel stored, string precision, IEnumerable<string> texts)
    {
        (Name, Entry, Stored, Precision) = ($"{shape} {precision}", entry, stored, precision);
        Path = stored.PathOf(entry.Variants.First(variant => variant.Precision == precision && stored.Has(variant.File)).File);
        Tokenizer = TokenizerFactory.Create(stored.Folder, entry.Normalization, entry.MaxTokens);
        var ids = new int[Tokenizer.MaxTokens];
        Tokens = [.. texts.Select(text => ids[..Tokenizer.Encode(text, ids)])];
        MeanTokens = Tokens.Average(text => text.Length);
    }

    public string Name { get; }

    public ModelEntry Entry { get; }

    public StoredModel Stored { get; }

    public string Precision { get; }

    public string Path { get; }

    public ITextTokenizer Tokenizer { get; }

    public IReadOnlyList<int[]> Tokens { get; }

    public double MeanTokens { get; }
}
