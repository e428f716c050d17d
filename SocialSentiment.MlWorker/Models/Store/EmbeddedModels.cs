using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace SocialSentiment.MlWorker.Models.Store;

/// <summary>
/// The models that come with the product, one folder per key, read-only. They have no manifest: what they are is computed
/// from what is there, once for as long as no file's size or time changes.
/// </summary>
internal sealed class EmbeddedModels(string folder)
{
    /// <summary>How good the model was found to be (tests/evaluate).</summary>
    private const string Evaluation = "evaluation.json";

    private readonly ConcurrentDictionary<string, (string Stamp, StoredModel Model)> _known = new(StringComparer.Ordinal);

    public StoredModel? Find(string key)
    {
        var root = new DirectoryInfo(Path.Combine(folder, key));
        if (!root.Exists)
        {
            return null;
        }

        // What is said about a model is for people: another wording of it is no other model.
        var files = root.EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Extension != ".md" && file.Name != Evaluation)
            .OrderBy(file => file.FullName, StringComparer.Ordinal)
            .ToArray();
        if (files.Length == 0)
        {
            return null;
        }

        var stamp = string.Join('\n', files.Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}"));
        if (_known.TryGetValue(key, out var known) && known.Stamp == stamp)
        {
            return known.Model;
        }

        var model = Read(key, root.FullName, files);
        _known[key] = (stamp, model);
        return model;
    }

    private static StoredModel Read(string key, string root, FileInfo[] files)
    {
        var listed = files
            .Select(file => new ModelFile(Path.GetRelativePath(root, file.FullName).Replace('\\', '/'), file.Length, Hash(file)))
            .ToArray();
        var manifest = new ModelManifest(key, ModelManifest.VersionOf(listed), null, null, listed, files.Max(file => file.LastWriteTimeUtc));
        return new StoredModel(manifest, root, IsEmbedded: true);
    }

    private static string Hash(FileInfo file)
    {
        using var content = file.OpenRead();
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }
}
