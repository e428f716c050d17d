using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Hub;

namespace SocialSentiment.MlWorker.Models.Store;

/// <summary>
/// Brings models from the hub into the store, a few at once. A download that ends early, for whatever reason, is gone on
/// with when it is started again, by this worker or another one.
/// </summary>
internal sealed partial class ModelDownloads(HubClient hub, ModelStore store, IOptions<HubOptions> options, TimeProvider time, ILogger<ModelDownloads> logger)
    : IAsyncDisposable
{
    private static readonly TimeSpan s_silence = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _slots = new(options.Value.MaxDownloads);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Download> _downloads = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (DownloadProgress Progress, long At)> _elsewhere = new(StringComparer.Ordinal);
    private readonly HashSet<Task> _running = [];

    // A lock of its own, as a download publishes while it holds its own one.
    private readonly Lock _watching = new();
    private readonly List<DownloadWatcher> _watchers = [];
    private bool _isDisposed;

    /// <summary>The latest download of each model since this worker started.</summary>
    public IReadOnlyList<Download> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _downloads.Values.OrderBy(download => download.Progress.StartedAt)];
            }
        }
    }

    public Download? Find(string key)
    {
        lock (_lock)
        {
            return _downloads.GetValueOrDefault(key);
        }
    }

    /// <summary>How the latest download of a model stands, here or on another worker.</summary>
    public DownloadProgress? Latest(string key)
    {
        var here = Find(key)?.Progress;
        lock (_lock)
        {
            // Who says nothing for long while downloading has died.
            if (_elsewhere.TryGetValue(key, out var heard) && !heard.Progress.IsFinished && time.GetElapsedTime(heard.At) > s_silence)
            {
                _elsewhere.Remove(key);
                heard = default;
            }

            return here is null || (here.IsFinished && heard.Progress?.StartedAt > here.StartedAt) ? heard.Progress : here;
        }
    }

    /// <summary>Another worker says how far it is.</summary>
    public void Hear(DownloadProgress progress)
    {
        lock (_lock)
        {
            _elsewhere[progress.Key] = (progress, time.GetTimestamp());
        }

        Publish(progress);
    }

    /// <summary>Starts to download a model, or names the download of it that is under way.</summary>
    public Download Start(ModelEntry entry)
    {
        if (entry.Source is not { Kind: SourceKind.Hub, Repository: not null })
        {
            throw new ArgumentException($"The model {entry.Key} does not come from the hub.", nameof(entry));
        }

        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_downloads.TryGetValue(entry.Key, out var running) && !running.Progress.IsFinished)
            {
                return running;
            }

            var download = new Download(entry, time, Publish);
            _downloads[entry.Key] = download;
            download.Tell(Publish);
            _running.RemoveWhere(task => task.IsCompleted);
            _running.Add(Task.Run(() => RunAsync(download), CancellationToken.None));
            return download;
        }
    }

    /// <returns>False: there is none under way.</returns>
    public bool Cancel(string key) => Find(key)?.Cancel() ?? false;

    /// <summary>
    /// How all downloads stand, then every change of state as it happens and progress about four times a second. Who is
    /// slow misses some progress, and no change of state.
    /// </summary>
    public async IAsyncEnumerable<DownloadProgress> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var watcher = new DownloadWatcher();
        lock (_watching)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _watchers.Add(watcher);
        }

        try
        {
            foreach (var download in All)
            {
                download.Tell(watcher.Add);
            }

            while (await watcher.NextAsync(cancellationToken) is { } changes)
            {
                foreach (var change in changes)
                {
                    yield return change;
                }
            }
        }
        finally
        {
            lock (_watching)
            {
                _watchers.Remove(watcher);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            running = [.. _running];
        }

        foreach (var download in All)
        {
            download.Cancel();
        }

        await Task.WhenAll(running);
        lock (_watching)
        {
            _watchers.ForEach(watcher => watcher.End());
        }

        _slots.Dispose();
    }

    private async Task RunAsync(Download download)
    {
        try
        {
            await _slots.WaitAsync(download.Cancellation);
            try
            {
                download.Done(await FetchAsync(download, download.Cancellation));
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException) when (download.Cancellation.IsCancellationRequested)
        {
            LogCancelled(download.Entry.Key);
        }
        catch (HubException error)
        {
            LogFailed(download.Entry.Key, error.Message);
            download.Fail(error);
        }
        catch (Exception error)
        {
            LogUnexpected(error, download.Entry.Key);
            download.Fail(new HubException(HubError.Unexpected, $"The model {download.Entry.Key} could not be downloaded: {error.Message}", error));
        }
        finally
        {
            download.Complete();
            download.Dispose();
        }
    }

    private async Task<StoredModel> FetchAsync(Download download, CancellationToken cancellationToken)
    {
        var entry = download.Entry;
        var key = entry.Key;
        download.Resolving();
        var snapshot = await hub.ReadAsync(entry.Source.Repository!, entry.Source.Revision, cancellationToken);
        var files = DownloadPlan.Choose(entry, snapshot, options.Value.Precisions);

        // Workers that share the folder take turns; who comes second finds the work done.
        using var mine = await store.LockAsync(key, cancellationToken);
        var known = store.Versions(key).Where(model => !model.IsEmbedded).ToArray();
        if (known.FirstOrDefault(model => model.Manifest.Repository == snapshot.Repository && model.Manifest.Commit == snapshot.Commit && files.All(file => model.Has(file.Path))) is { } done)
        {
            return done;
        }

        var staging = store.Stage(key, snapshot.Commit);
        var here = files.ToDictionary(file => file.Path, file => Math.Min(file.Size, Staged(Path.Combine(staging, file.Path))), StringComparer.Ordinal);
        var total = files.Sum(file => file.Size);
        store.EnsureSpace(key, total - here.Values.Sum());

        download.Downloading(here, total);
        var stored = new List<ModelFile>();
        foreach (var file in files)
        {
            var target = Path.Combine(staging, file.Path);
            Reuse(known, file, target);
            var sha256 = await hub.DownloadAsync(snapshot, file, target, bytes => download.Advance(file.Path, bytes), cancellationToken);
            stored.Add(new ModelFile(file.Path, file.Size, sha256));
        }

        download.Verifying();
        return store.Publish(staging, key, snapshot.Repository, snapshot.Commit, stored, entry.Licence.Length > 0 ? entry.Licence : snapshot.Licence);
    }

    /// <summary>A new commit often changes a card and not the network: what an older version has need not be downloaded.</summary>
    private static void Reuse(IReadOnlyList<StoredModel> known, HubFile file, string target)
    {
        if (file.Sha256 is null || Staged(target) > 0
            || known.FirstOrDefault(model => model.Manifest.Files.Any(mine => mine.Path == file.Path && mine.Sha256 == file.Sha256)) is not { } model)
        {
            return;
        }

        try
        {
            // As a part it is hashed like one.
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(model.PathOf(file.Path), HubClient.PartOf(target));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw ModelStore.Explain(error, target);
        }
    }

    private static long Staged(string target)
        => new[] { target, HubClient.PartOf(target) }.Select(path => new FileInfo(path)).Where(file => file.Exists).Sum(file => file.Length);

    private void Publish(DownloadProgress progress)
    {
        lock (_watching)
        {
            _watchers.ForEach(watcher => watcher.Add(progress));
        }
    }

    [LoggerMessage(LogLevel.Information, "The download of {Key} is cancelled; what is here is kept for the next one.")]
    private partial void LogCancelled(string key);

    [LoggerMessage(LogLevel.Warning, "The download of {Key} failed: {Reason}")]
    private partial void LogFailed(string key, string reason);

    [LoggerMessage(LogLevel.Error, "The download of {Key} failed.")]
    private partial void LogUnexpected(Exception error, string key);
}
