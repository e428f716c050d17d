namespace SocialSentiment.MlWorker.Models.Store;

/// <summary>A version of a model whose files are all here.</summary>
internal sealed record StoredModel(ModelManifest Manifest, string Folder, bool IsEmbedded)
{
    public string Key => Manifest.Key;

    public string Version => Manifest.Version;

    public long Size => Manifest.Files.Sum(file => file.Size);

    public bool Has(string path) => Manifest.Files.Any(file => file.Path == path);

    /// <summary>Where a file of the manifest lies.</summary>
    public string PathOf(string path)
        => Has(path) ? Path.Combine(Folder, path) : throw new FileNotFoundException($"The model {Key} ({Version}) has no file {path}.", path);
}
