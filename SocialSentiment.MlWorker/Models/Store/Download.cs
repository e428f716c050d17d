using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Hub;

namespace SocialSentiment.MlWorker.Models.Store;

/// <summary>A download, from being asked for to its end; what it has reached by then stays as it is.</summary>
internal sealed class Download : IDisposable
{
    private static readonly TimeSpan s_publishInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_speedWindow = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly Action<DownloadProgress> _publish;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly TaskCompletionSource<DownloadProgress> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _files = new(StringComparer.Ordinal);
    private readonly Queue<(long At, long Bytes)> _samples = new();
    private DownloadProgress _progress;
    private long _publishedAt;

    /// <param name="publish">Told of every change of state, and of progress four times a second; it must not wait for anybody.</param>
    public Download(ModelEntry entry, TimeProvider time, Action<DownloadProgress> publish)
    {
        Entry = entry;
        _time = time;
        _publish = publish;
        Cancellation = _cancellation.Token;
        _progress = new DownloadProgress
        {
            Key = entry.Key,
            StartedAt = time.GetUtcNow(),
        };
    }

    public ModelEntry Entry { get; }

    public CancellationToken Cancellation { get; }

    public DownloadProgress Progress
    {
        get
        {
            lock (_lock)
            {
                return Now();
            }
        }
    }

    /// <summary>The end, when nothing of the download is running any more; it never throws.</summary>
    public Task<DownloadProgress> Completion => _completion.Task;

    /// <summary>Hands the present state to somebody, in order with the changes.</summary>
    public void Tell(Action<DownloadProgress> listener)
    {
        lock (_lock)
        {
            listener(Now());
        }
    }

    /// <returns>False: it has ended already.</returns>
    public bool Cancel()
    {
        lock (_lock)
        {
            if (!Move(progress => progress with { State = DownloadState.Cancelled, FinishedAt = _time.GetUtcNow() }))
            {
                return false;
            }

            // Whoever is woken up by it runs elsewhere, not under our lock.
            _ = _cancellation.CancelAsync();
            return true;
        }
    }

    public void Resolving() => Move(progress => progress with { State = DownloadState.Resolving });

    /// <param name="files">What is here already of each file.</param>
    public void Downloading(IReadOnlyDictionary<string, long> files, long totalBytes)
    {
        lock (_lock)
        {
            foreach (var (path, bytes) in files)
            {
                _files[path] = bytes;
            }

            var here = _files.Values.Sum();
            _samples.Enqueue((_time.GetTimestamp(), here));
            Move(progress => progress with { State = DownloadState.Downloading, Bytes = here, TotalBytes = totalBytes });
        }
    }

    /// <param name="bytes">How much of the file is here now; less than before if it had to begin again.</param>
    public void Advance(string path, long bytes)
    {
        lock (_lock)
        {
            if (_progress.IsFinished)
            {
                return;
            }

            _progress = _progress with { Bytes = _progress.Bytes + bytes - _files.GetValueOrDefault(path), File = path };
            _files[path] = bytes;
            if (_time.GetElapsedTime(_publishedAt) >= s_publishInterval)
            {
                Publish();
            }
        }
    }

    public void Verifying() => Move(progress => progress with { State = DownloadState.Verifying, File = null });

    public void Done(StoredModel model)
        => Move(progress => progress with { State = DownloadState.Done, Bytes = model.Size, TotalBytes = model.Size, File = null, Version = model.Version, FinishedAt = _time.GetUtcNow() });

    public void Fail(HubException error)
        => Move(progress => progress with { State = DownloadState.Failed, Error = error.Kind, Message = error.Message, FinishedAt = _time.GetUtcNow() });

    /// <summary>Says that nothing is running any more.</summary>
    public void Complete() => _completion.TrySetResult(Progress);

    public void Dispose()
    {
        lock (_lock)
        {
            _cancellation.Dispose();
        }
    }

    private bool Move(Func<DownloadProgress, DownloadProgress> step)
    {
        lock (_lock)
        {
            if (_progress.IsFinished)
            {
                return false;
            }

            _progress = step(_progress);
            Publish();
            return true;
        }
    }

    private void Publish()
    {
        _publishedAt = _time.GetTimestamp();
        _samples.Enqueue((_publishedAt, _progress.Bytes));
        while (_samples.Count > 2 && _time.GetElapsedTime(_samples.Peek().At) > s_speedWindow)
        {
            _samples.Dequeue();
        }

        _publish(Now());
    }

    /// <summary>The speed counts from the oldest sample to this moment, so that it falls while nothing comes.</summary>
    private DownloadProgress Now()
    {
        if (_progress.State != DownloadState.Downloading || !_samples.TryPeek(out var oldest) || _time.GetElapsedTime(oldest.At) is not { Ticks: > 0 } elapsed)
        {
            return _progress;
        }

        var speed = Math.Max(0, (_progress.Bytes - oldest.Bytes) / elapsed.TotalSeconds);
        var left = speed < 1 ? (TimeSpan?)null : TimeSpan.FromSeconds(Math.Min((_progress.TotalBytes - _progress.Bytes) / speed, TimeSpan.MaxValue.TotalSeconds / 2));
        return _progress with { BytesPerSecond = speed, TimeLeft = left };
    }
}
