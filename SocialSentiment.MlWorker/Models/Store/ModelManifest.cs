using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace SocialSentiment.MlWorker.Models.Store;

/// <summary>What is in a model's folder, where it came from and when.</summary>
/// <param name="Version">Made of the contents alone: the same files are the same version wherever they come from.</param>
/// <param name="Repository">None: it comes with the product.</param>
internal sealed record ModelManifest(
    string Key,
    string Version,
    string? Repository,
    string? Commit,
    IReadOnlyList<ModelFile> Files,
    DateTimeOffset DownloadedAt,
    string? Licence = null)
{
    public const string FileName = "manifest.json";

    public static string VersionOf(IEnumerable<ModelFile> files)
    {
        var list = new StringBuilder();
        foreach (var file in files.OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            list.Append(CultureInfo.InvariantCulture, $"{file.Path}\0{file.Sha256}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list.ToString())))[..12];
    }
}

internal sealed record ModelFile(string Path, long Size, string Sha256);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(ModelManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
