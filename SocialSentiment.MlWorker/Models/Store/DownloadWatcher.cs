using System.Threading.Channels;

namespace SocialSentiment.MlWorker.Models.Store;

/// <summary>
/// What one watcher has not seen yet: every change of state, and of the progress in between only the latest. However
/// slow he is, nobody waits for him and little is kept for him.
/// </summary>
internal sealed class DownloadWatcher
{
    private readonly Lock _lock = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private List<DownloadProgress> _unseen = [];

    public void Add(DownloadProgress progress)
    {
        lock (_lock)
        {
            var last = _unseen.FindLastIndex(earlier => earlier.Key == progress.Key);
            if (last >= 0 && _unseen[last].State == progress.State)
            {
                _unseen[last] = progress;
            }
            else
            {
                _unseen.Add(progress);
            }
        }

        _signal.Writer.TryWrite(true);
    }

    public void End() => _signal.Writer.TryComplete();

    /// <summary>What is new; null at the end.</summary>
    public async Task<IReadOnlyList<DownloadProgress>?> NextAsync(CancellationToken cancellationToken)
    {
        if (!await _signal.Reader.WaitToReadAsync(cancellationToken))
        {
            return null;
        }

        _signal.Reader.TryRead(out _);
        lock (_lock)
        {
            var seen = _unseen;
            _unseen = [];
            return seen;
        }
    }
}
