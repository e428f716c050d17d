using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Host;
using SocialSentiment.MlWorker.Models.Store;
using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Repositories;
using SocialSentiment.TestModels.Tokenizers;

namespace SocialSentiment.Bench.Inference;

/// <summary>
/// Models of the real shapes with made-up weights, in a store as the worker keeps it, so that the worker itself can be
/// started on it. They are made once for each vocabulary and kept.
/// </summary>
internal sealed partial class BenchModels
{
    public const string Compact = "compact";
    public const string DistilBert = "distilbert";
    public const string Roberta = "twitter-roberta";

    private const int MostWords = 24_000;

    private readonly EmbeddedModels _embedded = new(Path.Combine(AppContext.BaseDirectory, "models"));
    private readonly ModelCatalog _catalog;
    private readonly ModelStore _store;
    private readonly IReadOnlyList<string> _texts;

    private BenchModels(IReadOnlyList<string> texts, string folder)
    {
        _texts = texts;
        _store = new ModelStore(folder, Path.Combine(AppContext.BaseDirectory, "models"), new ModelDisk(), TimeProvider.System, NullLogger<ModelStore>.Instance);
        _catalog = new ModelCatalog(Path.Combine(AppContext.BaseDirectory, ModelCatalog.FileName), folder, NullLogger<ModelCatalog>.Instance);
    }

    /// <summary>The store, for <c>ModelStore:Folder</c>.</summary>
    public string Folder => _store.Folder;

    /// <summary>Texts on which the two versions of <see cref="DistilBert"/> never agree: who has answered shows in the answer.</summary>
    public IReadOnlyList<string> Probes => [.. _texts.Take(16)];

    /// <param name="cache">Where such stores are kept.</param>
    public static async Task<BenchModels> OpenAsync(string cache, IReadOnlyList<string> texts)
    {
        var words = WordsOf(texts.Select(text => text.ToLowerInvariant()));
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [.. words, .. texts.Take(16)])));
        var models = new BenchModels(texts, Path.Combine(cache, Convert.ToHexStringLower(hash)[..8]));

        // What an earlier run has activated is not what this one asks for.
        Directory.CreateDirectory(models.Folder);
        File.Delete(Path.Combine(models.Folder, ActivationFile.FileName));
        await models.MakeAsync(DistilBert, 1, (folder, opinions) => TestRepository.WriteEncoder(
            folder, EncoderConfig.DistilBertBase, WordPieceVocabulary.Large(EncoderConfig.DistilBertBase.VocabularySize, words), opinions));
        await models.MakeAsync(DistilBert, 2, (folder, opinions) => TestRepository.WriteEncoder(
            folder, EncoderConfig.DistilBertBase with { Seed = 2 }, WordPieceVocabulary.Large(EncoderConfig.DistilBertBase.VocabularySize, words), opinions));
        await models.MakeAsync(Roberta, 1, (folder, opinions) => TestRepository.WriteEncoder(
            folder, EncoderConfig.RobertaBase, BytePairVocabulary.LargeRoberta(EncoderConfig.RobertaBase.VocabularySize, WordsOf(texts)), opinions));
        return models;
    }

    public ModelEntry Entry(string key) => _catalog.Get(key);

    /// <summary>A model as it was made from a seed, or as it comes with the product.</summary>
    public StoredModel Stored(string key, int seed = 1) => key == Compact ? _embedded.Find(key)! : _store.Versions(key).First(version => version.Manifest.Commit == Commit(seed));

    /// <summary>What the version of a seed must say of a probe.</summary>
    public static int ProbeLabel(int probe, int seed) => (probe + seed) % 2;

    /// <summary>The hub names versions by forty digits.</summary>
    private static string Commit(int seed) => new((char)('0' + seed), 40);

    /// <summary>The words of the texts, the most frequent first: tokens of these are as many as they would be in earnest.</summary>
    private static string[] WordsOf(IEnumerable<string> texts)
        => [.. texts.SelectMany(text => Words().Matches(text)).Select(match => match.Value)
            .GroupBy(word => word).Where(word => word.Count() > 1)
            .OrderByDescending(word => word.Count()).ThenBy(word => word.Key, StringComparer.Ordinal)
            .Take(MostWords).Select(word => word.Key)];

    [GeneratedRegex(@"\p{L}{2,}")]
    private static partial Regex Words();

    private async Task MakeAsync(string key, int seed, Action<string, IReadOnlyList<(string, int)>> write)
    {
        if (_store.Versions(key).Any(version => version.Manifest.Commit == Commit(seed)))
        {
            return;
        }

        Console.Error.WriteLine($"-- making {key} (seed {seed}) in {Folder}");
        using var held = await _store.LockAsync(key, CancellationToken.None);
        var folder = _store.Stage(key, Commit(seed));
        var entry = Entry(key);
        var golden = entry.Golden.Select(text => (text.Text, entry.Labels.ToList().FindIndex(label => label.Equals($"{text.Label}", StringComparison.OrdinalIgnoreCase))));
        var probes = key == DistilBert ? Probes.Select((text, i) => (text, ProbeLabel(i, seed))) : [];
        write(folder, [.. golden, .. probes]);
        List<ModelFile> files = [];
        foreach (var path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            await using var content = File.OpenRead(path);
            files.Add(new ModelFile(Path.GetRelativePath(folder, path).Replace('\\', '/'), content.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(content))));
        }

        _store.Publish(folder, key, entry.Source.Repository!, Commit(seed), files, licence: null);
    }
}
