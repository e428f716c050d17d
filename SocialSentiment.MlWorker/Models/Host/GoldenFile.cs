using System.Text.Json;
using SocialSentiment.MlWorker.Models.Catalog;

namespace SocialSentiment.MlWorker.Models.Host;

/// <summary>
/// What comes with a model's files to be checked before it serves: a list of objects with at least <c>text</c> and
/// <c>label</c>, or with <c>prompt</c> and <c>continuation</c> of one that writes.
/// </summary>
internal static class GoldenFile
{
    public const string Name = "golden.json";

    public static IReadOnlyList<GoldenText> Read(Stream file)
    {
        using var document = JsonDocument.Parse(file);
        return [.. Entries(document, "label").Select(element => element.Deserialize(CatalogJson.Default.GoldenText)!)];
    }

    public static IReadOnlyList<GoldenContinuation> ReadContinuations(Stream file)
    {
        using var document = JsonDocument.Parse(file);
        return [.. Entries(document, "continuation").Select(element => element.Deserialize(CatalogJson.Default.GoldenContinuation)!)];
    }

    /// <summary>A model that does both has both.</summary>
    private static IEnumerable<JsonElement> Entries(JsonDocument document, string with)
        => document.RootElement.EnumerateArray().Where(element => element.TryGetProperty(with, out _));
}
