using System.Text.Json;

namespace SocialSentiment.MlWorker.Models.Description;

/// <summary>A model's files as the hub lays them out. What is not there, or cannot be read, is said by its name.</summary>
internal sealed class ModelFolder(string path)
{
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(path));

    public bool Has(string file) => File.Exists(Path.Combine(path, file));

    public Stream Open(string file)
    {
        try
        {
            return File.OpenRead(Path.Combine(path, file));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelFilesException($"The model in '{Name}' lacks the file {file}.", e);
        }
    }

    /// <summary>The object that a file holds; nothing if there is no such file.</summary>
    public JsonElement? Json(string file)
    {
        if (!Has(file))
        {
            return null;
        }

        using var stream = Open(file);
        try
        {
            using var document = JsonDocument.Parse(stream);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new ModelFilesException($"The file {file} in '{Name}' holds no JSON object.");
        }
        catch (JsonException e)
        {
            throw new ModelFilesException($"The file {file} in '{Name}' is not JSON: {e.Message}", e);
        }
    }
}

/// <summary>
/// Reads what may be there. The hub's files were written by many programs over many years: a value of another kind than
/// the one asked for counts as none.
/// </summary>
internal static class JsonElementExtensions
{
    extension(JsonElement json)
    {
        public JsonElement? Get(string name)
            => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

        public string? Text(string name) => json.Get(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

        public bool? Flag(string name) => json.Get(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.GetBoolean() : null;

        /// <summary>Whole and not negative; numbers beyond all measure (the hub's way to say "no limit") count as none.</summary>
        public int? Count(string name)
            => json.Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var count) && count >= 0 ? count : null;
    }
}
