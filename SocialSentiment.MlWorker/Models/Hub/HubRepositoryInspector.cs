using System.Text.Json;
using SocialSentiment.MlWorker.Inference.Tokenization;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Store;

namespace SocialSentiment.MlWorker.Models.Hub;

/// <summary>Makes a catalog entry of a repository that the catalog does not know, from what it holds and says of itself.</summary>
internal sealed class HubRepositoryInspector(HubClient hub)
{
    private const int LongestKey = 64;

    private static readonly string[] s_folders = ["onnx/", ""];

    /// <summary>What exports call their networks; with <c>merged</c>, one network does the first token and all others.</summary>
    private static readonly (string Name, string? Past)[] s_generators = [("decoder_model_merged", null), ("model", null), ("decoder_model", "decoder_with_past_model")];
    private static readonly (string Name, string? Past)[] s_classifiers = [("model", null)];

    private static readonly (string Precision, string Suffix)[] s_precisions = [("int8", "_quantized"), ("int8", "_int8"), ("fp32", "")];

    /// <param name="key">What to call it; none: after the repository.</param>
    public async Task<ModelEntry> DescribeAsync(string repository, string revision, string? key, CancellationToken cancellationToken)
    {
        var snapshot = await hub.ReadAsync(repository, revision, cancellationToken);
        var config = await ReadConfigAsync(snapshot, cancellationToken);
        var family = FamilyOf(config.ModelType);
        var isGenerator = family == ModelFamily.Gpt2;
        if (!isGenerator && config.Architectures is { Length: > 0 } heads && !heads.Any(head => head?.EndsWith("ForSequenceClassification", StringComparison.Ordinal) == true))
        {
            throw new HubException(
                HubError.Unusable, $"{repository} is {string.Join(", ", heads)}, which labels no texts: models for sentiment end in ForSequenceClassification, and for replies in GPT2LMHeadModel.");
        }

        var variants = Variants(snapshot, isGenerator ? s_generators : s_classifiers);
        if (variants.Count == 0)
        {
            throw new HubException(HubError.Unusable, $"{repository} has no ONNX export; repositories under Xenova/ and onnx-community/ have.");
        }

        return new ModelEntry
        {
            Key = key ?? KeyOf(repository),
            Title = repository,
            Tasks = [isGenerator ? ModelTask.Generation : ModelTask.Sentiment],
            Family = family,
            Source = new ModelSource(SourceKind.Hub, repository, revision),
            Variants = variants,
            Files = [.. DownloadPlan.CommonFiles.Select(name => Beside(snapshot, name)).OfType<string>()],

            // All of them were trained on texts in which mentions and links are replaced.
            Normalization = repository.Contains("twitter", StringComparison.OrdinalIgnoreCase) ? TextNormalization.Tweets : TextNormalization.None,
            Licence = snapshot.Licence ?? "",
        };
    }

    private async Task<HubModelConfig> ReadConfigAsync(HubSnapshot snapshot, CancellationToken cancellationToken)
    {
        var file = Beside(snapshot, DownloadPlan.Config) is { } path ? snapshot.Find(path) : null;
        if (file is null)
        {
            throw new HubException(HubError.Unusable, $"{snapshot.Repository} has no {DownloadPlan.Config}: it is not a model that we can run.");
        }

        try
        {
            return JsonSerializer.Deserialize(await hub.ReadFileAsync(snapshot, file, cancellationToken), HubJson.Default.HubModelConfig) ?? throw new JsonException();
        }
        catch (JsonException error)
        {
            throw new HubException(HubError.Unusable, $"{file.Path} of {snapshot.Repository} is not a model's configuration.", error);
        }
    }

    private static List<ModelVariant> Variants(HubSnapshot snapshot, (string Name, string? Past)[] names)
    {
        foreach (var (name, past) in names)
        {
            var variants = s_precisions
                .SelectMany(kind => s_folders.Select(folder => new ModelVariant(
                    kind.Precision, $"{folder}{name}{kind.Suffix}.onnx", Past: past is null ? null : $"{folder}{past}{kind.Suffix}.onnx")))
                .Where(variant => variant.Networks().All(network => snapshot.Find(network) is not null))
                .DistinctBy(variant => variant.Precision)
                .Select(variant => variant with { Data = Data(snapshot, variant) })
                .ToList();
            if (variants.Count > 0)
            {
                return variants;
            }
        }

        return [];
    }

    /// <summary>Networks over 2 GB keep their weights in files beside them.</summary>
    private static string[]? Data(HubSnapshot snapshot, ModelVariant variant)
    {
        var data = snapshot.Files
            .Select(file => file.Path)
            .Where(path => variant.Networks().Any(network => path.StartsWith($"{network}_data", StringComparison.Ordinal) || path == $"{network}.data"))
            .ToArray();
        return data.Length > 0 ? data : null;
    }

    /// <summary>Some exports keep everything with the network.</summary>
    private static string? Beside(HubSnapshot snapshot, string name)
        => new[] { name, $"onnx/{name}" }.FirstOrDefault(path => snapshot.Find(path) is not null);

    private static ModelFamily FamilyOf(string? modelType) => modelType switch
    {
        "bert" => ModelFamily.Bert,
        "distilbert" => ModelFamily.Distilbert,
        "roberta" => ModelFamily.Roberta,
        "gpt2" => ModelFamily.Gpt2,
        _ => ModelFamily.Classifier,
    };

    private static string KeyOf(string repository)
    {
        var name = repository[(repository.IndexOf('/', StringComparison.Ordinal) + 1)..].ToLowerInvariant().TrimStart('_', '.', '-');
        return name[..Math.Min(name.Length, LongestKey)];
    }
}
