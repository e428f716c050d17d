using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using SocialSentiment.MlWorker.Models.Hub;

namespace SocialSentiment.MlWorker.Models.Store;

/// <summary>
/// The models on this disk: <c>{folder}/{key}/{version}/</c>, each with a manifest. A version appears there whole, by one
/// rename out of <c>.staging</c>, or not at all; several workers may share the folder.
/// </summary>
internal sealed partial class ModelStore(string folder, string embeddedFolder, ModelDisk disk, TimeProvider time, ILogger<ModelStore> logger)
{
    private const string StagingFolder = ".staging";
    private const string LocksFolder = ".locks";
    private const string TrashFolder = ".trash";

    /// <summary>What must stay free after a download, for everybody else on this disk.</summary>
    private const long Reserve = 100_000_000;

    private static readonly TimeSpan s_stagingLife = TimeSpan.FromDays(7);
    private readonly EmbeddedModels _embedded = new(embeddedFolder);

    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>The versions that are whole, the newest first; the one that comes with the product is the last.</summary>
    public IReadOnlyList<StoredModel> Versions(string key)
    {
        CheckKey(key);
        var versions = new List<StoredModel>();
        if (new DirectoryInfo(Path.Combine(Folder, key)) is { Exists: true } parent)
        {
            versions.AddRange(parent.EnumerateDirectories()
                .Select(version => Read(key, version.Name))
                .OfType<StoredModel>()
                .OrderByDescending(model => model.Manifest.DownloadedAt)
                .ThenBy(model => model.Version, StringComparer.Ordinal));
        }

        if (_embedded.Find(key) is { } embedded && versions.All(model => model.Version != embedded.Version))
        {
            versions.Add(embedded);
        }

        return versions;
    }

    /// <summary>A version, or the newest.</summary>
    public StoredModel? Find(string key, string? version = null)
        => Versions(key).FirstOrDefault(model => version is null || model.Version == version);

    /// <summary>
    /// Deletes what was downloaded of a model, an unfinished download that nobody is at included. Who has the files open
    /// keeps them until he closes them.
    /// </summary>
    /// <returns>False: there was nothing.</returns>
    public bool Delete(string key)
    {
        CheckKey(key);
        try
        {
            // By folder, not by version: what is broken has to go too.
            var any = false;
            foreach (var version in Folders(Path.Combine(Folder, key)).ToArray())
            {
                any |= Discard(version.FullName);
            }

            using var mine = KeyLock.TryTake(LockPath(key));
            return (mine is not null && Discard(StagingRoot(key))) || any;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Explain(error, Folder);
        }
    }

    public bool Delete(string key, string version)
    {
        CheckKey(key);
        try
        {
            return Version().IsMatch(version) && Discard(Path.Combine(Folder, key, version));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Explain(error, Folder);
        }
    }

    /// <summary>Hashes a version's files again and names those that are missing or have changed.</summary>
    public async Task<IReadOnlyList<string>> VerifyAsync(string key, string version, CancellationToken cancellationToken)
    {
        CheckKey(key);
        var model = (Version().IsMatch(version) ? ReadManifest(key, version) : null) ?? Find(key, version)
            ?? throw new DirectoryNotFoundException($"The model {key} has no version {version} here.");
        var broken = new List<string>();
        foreach (var file in model.Manifest.Files)
        {
            try
            {
                await using var content = File.OpenRead(model.PathOf(file.Path));
                if (Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)) != file.Sha256)
                {
                    broken.Add(file.Path);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                broken.Add(file.Path);
            }
        }

        return broken;
    }

    /// <summary>Waits until no other worker downloads this model.</summary>
    public async Task<KeyLock> LockAsync(string key, CancellationToken cancellationToken)
    {
        CheckKey(key);
        try
        {
            return await KeyLock.TakeAsync(LockPath(key), time, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Explain(error, Folder);
        }
    }

    /// <summary>Where the files of one commit are gathered; what an interrupted download has left is still there.</summary>
    public string Stage(string key, string commit)
    {
        CheckKey(key);
        if (!HubNames.IsCommit(commit))
        {
            throw new ArgumentException($"'{commit}' is no commit.", nameof(commit));
        }

        try
        {
            return Directory.CreateDirectory(Path.Combine(StagingRoot(key), commit)).FullName;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Explain(error, Folder);
        }
    }

    /// <summary>Refuses what does not fit, with some room to spare, before the disk is filled with half of it.</summary>
    public void EnsureSpace(string key, long missing)
    {
        var needed = missing + (missing / 20) + Reserve;
        var free = disk.FreeBytes(Folder);
        if (missing > 0 && free < needed)
        {
            throw new HubException(
                HubError.DiskFull, $"The model {key} needs {Megabytes(needed)} MB in {Folder}, of which {Megabytes(free)} MB are free: delete a model or take another folder (ModelStore:Folder).");
        }
    }

    /// <summary>Makes a version of what was gathered and verified.</summary>
    public StoredModel Publish(string staging, string key, string repository, string commit, IReadOnlyList<ModelFile> files, string? licence)
    {
        CheckKey(key);
        var manifest = new ModelManifest(key, ModelManifest.VersionOf(files), repository, commit, files, time.GetUtcNow(), licence);
        var target = Path.Combine(Folder, key, manifest.Version);
        try
        {
            if (Read(key, manifest.Version) is null)
            {
                KeepOnly(staging, files);
                WriteManifest(staging, manifest);
                Discard(target);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                Directory.Move(staging, target);
            }
            else
            {
                // Known content, which is the newest again.
                WriteManifest(target, manifest);
            }

            Discard(StagingRoot(key));
            LogPublished(key, manifest.Version, repository, commit);
            return new StoredModel(manifest, target, IsEmbedded: false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Explain(error, target);
        }
    }

    /// <summary>Removes what crashes have left and downloads that nobody has gone on with for a week.</summary>
    public void RemoveLeftovers()
    {
        try
        {
            Empty(Path.Combine(Folder, TrashFolder));
            foreach (var parent in Folders(Path.Combine(Folder, StagingFolder)))
            {
                using var mine = KeyLock.TryTake(LockPath(parent.Name));
                if (mine is null)
                {
                    continue;
                }

                foreach (var staging in parent.EnumerateDirectories().Where(IsStale))
                {
                    Discard(staging.FullName);
                    LogStale(parent.Name, staging.Name);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogLeftovers(Folder, error.Message);
        }
    }

    /// <summary>What a disk's error means for people.</summary>
    public static HubException Explain(Exception error, string path) => ModelDisk.IsFull(error)
        ? new HubException(HubError.DiskFull, $"The disk was full when {path} was written; what was there already is kept, and a download goes on from it.", error)
        : new HubException(HubError.Storage, $"{path} could not be written: {error.Message}", error);

    /// <summary>A version counts as present when its manifest is its own and each file has its size.</summary>
    private StoredModel? Read(string key, string version)
        => ReadManifest(key, version) is { } model
            && model.Manifest.Files.All(file => new FileInfo(Path.Combine(model.Folder, file.Path)) is { Exists: true } here && here.Length == file.Size)
            ? model
            : null;

    private StoredModel? ReadManifest(string key, string version)
    {
        var path = Path.Combine(Folder, key, version);
        try
        {
            using var content = File.OpenRead(Path.Combine(path, ModelManifest.FileName));
            return JsonSerializer.Deserialize(content, ManifestJson.Default.ModelManifest) is { } manifest
                && manifest.Key == key && manifest.Version == version && manifest.Files.All(file => HubNames.IsPath(file.Path))
                ? new StoredModel(manifest, path, IsEmbedded: false)
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static void WriteManifest(string folder, ModelManifest manifest)
    {
        var path = Path.Combine(folder, ModelManifest.FileName);
        var draft = $"{path}.{Guid.NewGuid():N}";
        using (var content = File.Create(draft))
        {
            JsonSerializer.Serialize(content, manifest, ManifestJson.Default.ModelManifest);
            content.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
    }

    private static void KeepOnly(string staging, IReadOnlyList<ModelFile> files)
    {
        var wanted = files.Select(file => Path.GetFullPath(Path.Combine(staging, file.Path))).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(staging, "*", SearchOption.AllDirectories).Where(path => !wanted.Contains(path)).ToArray())
        {
            File.Delete(path);
        }
    }

    /// <summary>Out of sight with one rename, then gone: a crash in between leaves nothing that looks like a model.</summary>
    private bool Discard(string path)
    {
        if (!Directory.Exists(path))
        {
            return false;
        }

        var aside = Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, TrashFolder)).FullName, Guid.NewGuid().ToString("N"));
        try
        {
            Directory.Move(path, aside);
        }
        catch (DirectoryNotFoundException)
        {
            // Another worker was faster.
            return false;
        }

        TryDelete(aside);
        return true;
    }

    private static void Empty(string trash)
    {
        foreach (var leftover in Folders(trash))
        {
            TryDelete(leftover.FullName);
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another worker is at it too, or the system keeps files that are in use: the next start tries again.
        }
    }

    private static IEnumerable<DirectoryInfo> Folders(string path)
        => new DirectoryInfo(path) is { Exists: true } parent ? parent.EnumerateDirectories() : [];

    private bool IsStale(DirectoryInfo staging)
        => time.GetUtcNow() - staging.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Append(staging).Max(entry => entry.LastWriteTimeUtc) > s_stagingLife;

    private string StagingRoot(string key) => Path.Combine(Folder, StagingFolder, key);

    private string LockPath(string key) => Path.Combine(Folder, LocksFolder, $"{key}.lock");

    private static long Megabytes(long bytes) => (bytes + 999_999) / 1_000_000;

    private static void CheckKey(string key)
    {
        if (!Key().IsMatch(key))
        {
            throw new ArgumentException($"'{key}' is no model's key: lower-case letters, digits, '-', '.' and '_'.", nameof(key));
        }
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex Key();

    [GeneratedRegex(@"\A[0-9a-f]{12}\z")]
    private static partial Regex Version();

    [LoggerMessage(LogLevel.Information, "The model {Key} is here in version {Version}, from {Repository} at {Commit}.")]
    private partial void LogPublished(string key, string version, string repository, string commit);

    [LoggerMessage(LogLevel.Information, "An unfinished download of {Key} ({Commit}) is removed: nobody went on with it for a week.")]
    private partial void LogStale(string key, string commit);

    [LoggerMessage(LogLevel.Warning, "Leftovers in {Folder} could not be removed: {Reason}")]
    private partial void LogLeftovers(string folder, string reason);
}
