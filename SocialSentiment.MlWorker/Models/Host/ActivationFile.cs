using System.Text.Json;
using System.Text.Json.Serialization;
using SocialSentiment.Contracts.Messages;

namespace SocialSentiment.MlWorker.Models.Host;

/// <summary>
/// What shall serve, and what served before: kept beside the models' files, so that a restart changes nothing. Replicas
/// that share the folder write the same decisions into the same file.
/// </summary>
internal sealed partial class ActivationFile(string folder, ILogger<ActivationFile> logger)
{
    public const string FileName = "active.json";

    private const int Kept = 50;

    private readonly Lock _lock = new();
    private readonly string _path = Path.Combine(folder, FileName);
    private List<ModelActivation>? _history;

    /// <summary>The decision that holds.</summary>
    public ModelActivation? Current => History.Count > 0 ? History[0] : null;

    /// <summary>Why the decision that holds may not outlive a restart; for people.</summary>
    public string? Problem { get; private set; }

    /// <summary>All decisions that are remembered, the newest first.</summary>
    public IReadOnlyList<ModelActivation> History
    {
        get
        {
            lock (_lock)
            {
                return [.. _history ??= Read()];
            }
        }
    }

    /// <summary>Takes note of a decision if it is newer than the one that holds.</summary>
    public bool TryAdd(ModelActivation activation)
    {
        lock (_lock)
        {
            _history ??= Read();
            if (_history.Count > 0 && !activation.IsNewerThan(_history[0]))
            {
                return false;
            }

            _history.Insert(0, activation);
            _history.RemoveRange(Math.Min(Kept, _history.Count), Math.Max(0, _history.Count - Kept));
            try
            {
                Directory.CreateDirectory(folder);
                AtomicFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(_history, ActivationJson.Default.ListModelActivation));
                Problem = null;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It holds until the next restart, and the other replicas know it too.
                Problem = $"This could not be written to {_path} ({error.Message}): after a restart another model may serve.";
                LogNotKept(error, _path);
            }

            return true;
        }
    }

    private List<ModelActivation> Read()
    {
        try
        {
            using var file = File.OpenRead(_path);
            var all = JsonSerializer.Deserialize(file, ActivationJson.Default.ListModelActivation) ?? [];
            all.RemoveAll(activation => activation is not { Key: not null, Version: not null });
            return all;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception error) when (error is IOException or JsonException or UnauthorizedAccessException)
        {
            LogUnreadable(error, _path);
            return [];
        }
    }

    [LoggerMessage(LogLevel.Error, "The active model could not be written to {Path}: after a restart another one may serve.")]
    private partial void LogNotKept(Exception error, string path);

    [LoggerMessage(LogLevel.Error, "{Path} cannot be read: the default model serves until one is activated.")]
    private partial void LogUnreadable(Exception error, string path);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(List<ModelActivation>))]
internal sealed partial class ActivationJson : JsonSerializerContext;
