using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Hub;

namespace SocialSentiment.MlWorker.Models.Store;

/// <summary>Which files of a repository a model needs.</summary>
internal static class DownloadPlan
{
    public const string Config = "config.json";

    /// <summary>What exports have beside their networks; no repository has all of it.</summary>
    public static readonly IReadOnlyList<string> CommonFiles =
    [
        Config, "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
        "vocab.txt", "vocab.json", "merges.txt", "sentencepiece.bpe.model", "spiece.model",
    ];

    /// <summary>
    /// The entry's networks that exist, one per precision, and those of its other files that exist: tokenizers come in
    /// several forms, of which one is enough.
    /// </summary>
    /// <param name="precisions">None means all.</param>
    public static IReadOnlyList<HubFile> Choose(ModelEntry entry, HubSnapshot snapshot, IReadOnlyCollection<string> precisions)
    {
        var files = entry.Files.Count > 0 ? entry.Files : CommonFiles;
        var chosen = files.Select(snapshot.Find).OfType<HubFile>().ToList();
        if (!chosen.Any(file => NameOf(file) == Config))
        {
            throw Unusable(snapshot, $"no {Config}");
        }

        if (!HasTokenizer(chosen.Select(NameOf).ToHashSet(StringComparer.Ordinal)))
        {
            throw Unusable(snapshot, "no tokenizer that we know (tokenizer.json, vocab.txt, vocab.json with merges.txt)");
        }

        var wanted = entry.Variants.Where(variant => precisions.Count == 0 || precisions.Contains(variant.Precision)).ToArray();
        var networks = wanted
            .Where(variant => variant.Paths().All(path => snapshot.Find(path) is not null))
            .DistinctBy(variant => variant.Precision)
            .SelectMany(variant => variant.Paths())
            .Select(path => snapshot.Find(path)!)
            .ToArray();
        if (networks.Length == 0)
        {
            throw Unusable(snapshot, wanted.Length > 0
                ? $"none of the networks {string.Join(", ", wanted.Select(variant => variant.File))}"
                : $"no network in {string.Join(" or ", precisions)}, to which Hub:Precisions restricts downloads");
        }

        chosen.AddRange(networks);
        return chosen.Any(file => file.Path == ModelManifest.FileName)
            ? throw Unusable(snapshot, $"a file {ModelManifest.FileName}, whose place is taken,")
            : [.. chosen.DistinctBy(file => file.Path)];
    }

    private static bool HasTokenizer(HashSet<string> names)
        => names.Contains("tokenizer.json") || names.Contains("vocab.txt") || (names.Contains("vocab.json") && names.Contains("merges.txt"))
            || names.Any(name => name.EndsWith(".model", StringComparison.Ordinal));

    private static string NameOf(HubFile file) => file.Path[(file.Path.LastIndexOf('/') + 1)..];

    private static HubException Unusable(HubSnapshot snapshot, string reason)
        => new(HubError.Unusable, $"{snapshot.Repository} cannot be used: it has {reason} at {snapshot.Commit[..12]}.");
}
