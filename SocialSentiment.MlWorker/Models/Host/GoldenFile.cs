using System.Text.Json;
using SocialSentiment.MlWorker.Models.Catalog;

namespace SocialSentiment.MlWorker.Models.Host;

/// <summary>The golden texts that come with a model's files: a list of objects with at least <c>text</c> and <c>label</c>.</summary>
internal static class GoldenFile
{
    public const string Name = "golden.json";

    public static IReadOnlyList<GoldenText> Read(Stream file)
    {
        using var document = JsonDocument.Parse(file);
        return [.. document.RootElement.EnumerateArray().Select(element => element.Deserialize(CatalogJson.Default.GoldenText)!)];
    }
}
