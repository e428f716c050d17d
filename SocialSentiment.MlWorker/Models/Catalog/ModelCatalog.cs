using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using SocialSentiment.Contracts;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Tokenization;
using SocialSentiment.MlWorker.Models.Store;

namespace SocialSentiment.MlWorker.Models.Catalog;

/// <summary>
/// All models that can be named: those of <c>models.json</c>, which comes with the product, and those that somebody
/// added, which are kept beside the models' files and shared by all replicas that share the folder.
/// </summary>
internal sealed partial class ModelCatalog
{
    public const string FileName = "models.json";
    public const string AdditionsFileName = "additions.json";

    /// <summary>What a key is, for people.</summary>
    public const string KeyRule = "a key has up to 64 lower-case letters, digits, '-', '.' and '_', and begins with a letter or digit";

    private readonly Lock _lock = new();
    private readonly IReadOnlyList<ModelEntry> _builtIn;
    private readonly string _additionsPath;
    private readonly ILogger<ModelCatalog> _logger;
    private IReadOnlyList<ModelEntry> _additions = [];
    private DateTime _read;

    public ModelCatalog(string builtInPath, string folder, ILogger<ModelCatalog> logger)
    {
        _logger = logger;
        using var file = File.OpenRead(builtInPath);
        _builtIn = JsonSerializer.Deserialize(file, CatalogJson.Default.CatalogFile)!.Models;
        _additionsPath = Path.Combine(folder, AdditionsFileName);
        foreach (var entry in _builtIn)
        {
            if (!IsKey(entry.Key))
            {
                throw new InvalidDataException($"{builtInPath} has a model with the key '{entry.Key}', which is none.");
            }
        }
    }

    public IReadOnlyList<ModelEntry> All => [.. _builtIn, .. Additions()];

    public static bool IsKey(string key) => Key.IsMatch(key);

    public ModelEntry? Find(string key) => All.FirstOrDefault(entry => string.Equals(entry.Key, key, StringComparison.OrdinalIgnoreCase));

    public ModelEntry Get(string key)
        => Find(key) ?? throw new ModelException(
            ModelError.Unknown, $"There is no model '{key}'. Known are: {string.Join(", ", All.Select(entry => entry.Key))}. Any repository of the hub with an ONNX export can be added by its name.");

    /// <summary>Whether a model came with the product and is not to be replaced by an addition.</summary>
    public bool IsBuiltIn(string key) => _builtIn.Any(entry => string.Equals(entry.Key, key, StringComparison.OrdinalIgnoreCase));

    /// <summary>Adds a model, or changes one that was added.</summary>
    public void Add(ModelEntry entry)
    {
        if (!IsKey(entry.Key) || IsBuiltIn(entry.Key))
        {
            throw new ModelException(ModelError.Refused, $"A model cannot be added as '{entry.Key}': {(IsKey(entry.Key) ? "the catalog has one of that name" : KeyRule)}.");
        }

        lock (_lock)
        {
            Reread();
            ModelEntry[] additions = [.. _additions.Where(other => !string.Equals(other.Key, entry.Key, StringComparison.OrdinalIgnoreCase)), entry];
            Save(additions);
        }
    }

    public void Remove(string key)
    {
        lock (_lock)
        {
            Reread();
            if (_additions.Any(entry => string.Equals(entry.Key, key, StringComparison.OrdinalIgnoreCase)))
            {
                Save([.. _additions.Where(entry => !string.Equals(entry.Key, key, StringComparison.OrdinalIgnoreCase))]);
            }
        }
    }

    private IReadOnlyList<ModelEntry> Additions()
    {
        lock (_lock)
        {
            Reread();
            return _additions;
        }
    }

    /// <summary>Another replica may have added something.</summary>
    private void Reread()
    {
        var written = File.GetLastWriteTimeUtc(_additionsPath);
        if (written == _read || !File.Exists(_additionsPath))
        {
            return;
        }

        try
        {
            // What a later version of the product brings itself is no addition any more.
            using var file = File.OpenRead(_additionsPath);
            var models = JsonSerializer.Deserialize(file, CatalogJson.Default.CatalogFile)?.Models ?? [];
            _additions = [.. models.Where(entry => entry is not null && IsKey(entry.Key) && !IsBuiltIn(entry.Key))];
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            // Nobody should have to do without the product's own models because of it.
            LogUnreadable(error, _additionsPath);
        }

        _read = written;
    }

    private void Save(ModelEntry[] additions)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_additionsPath)!);
            AtomicFile.Write(_additionsPath, JsonSerializer.SerializeToUtf8Bytes(new CatalogFile(additions), CatalogJson.Default.CatalogFile));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw ModelStore.Explain(error, _additionsPath);
        }

        _additions = additions;
        _read = File.GetLastWriteTimeUtc(_additionsPath);
    }

    /// <summary>Keys are names of folders, and not every disk tells capital letters from small ones.</summary>
    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Key { get; }

    [LoggerMessage(LogLevel.Error, "{Path} cannot be read: the models that were added since it could are not known.")]
    private partial void LogUnreadable(Exception error, string path);
}

internal sealed record CatalogFile(IReadOnlyList<ModelEntry> Models);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    Converters = [typeof(SnakeCaseEnumConverter<ModelTask>), typeof(SnakeCaseEnumConverter<ModelFamily>), typeof(SnakeCaseEnumConverter<SourceKind>), typeof(SnakeCaseEnumConverter<TextNormalization>), typeof(SnakeCaseEnumConverter<SentimentLabel>)])]
[JsonSerializable(typeof(CatalogFile))]
[JsonSerializable(typeof(GoldenContinuation))]
[JsonSerializable(typeof(GoldenText))]
[JsonSerializable(typeof(ModelEntry))]
internal sealed partial class CatalogJson : JsonSerializerContext;
