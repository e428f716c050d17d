using System.Collections.Concurrent;
using System.Text.Json;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.Messaging;

namespace SocialSentiment.Api.Replies;

/// <summary>
/// What is being written right now, for those who watch. Workers tell it over the broker, all there is each time, and so a
/// lost word or a new attempt after a worker's death leaves no trace; how things stand for good the database says.
/// </summary>
internal sealed class ReplyBoard(Publisher publisher) : IBroadcastListener
{
    private const int MostBegun = 10_000;

    private readonly ConcurrentDictionary<Guid, Sheet> _sheets = new();
    private readonly ConcurrentDictionary<Guid, bool> _begun = new();

    /// <summary>Called with the first word of an order. Who handles it must neither wait nor throw.</summary>
    public event Action<Guid>? Begun;

    public Watching Watch(Guid order)
    {
        while (true)
        {
            var sheet = _sheets.GetOrAdd(order, static _ => new Sheet());
            lock (sheet)
            {
                if (_sheets.TryGetValue(order, out var current) && current == sheet)
                {
                    sheet.Watchers++;
                    return new Watching(this, order, sheet);
                }
            }
        }
    }

    /// <summary>Tells everybody, here at once and elsewhere a moment later, that orders are over.</summary>
    public async Task FinishedAsync(Guid order)
    {
        Hear(new ReplyNotice(Finished: order));
        await TellAsync(new ReplyNotice(Finished: order));
    }

    /// <summary>The same for orders that nobody wants any more: whoever is at work on them stops.</summary>
    public async Task CancelledAsync(IEnumerable<Guid> orders)
    {
        foreach (var order in orders)
        {
            Hear(new ReplyNotice(Cancelled: order));
            await TellAsync(new ReplyNotice(Cancelled: order));
        }
    }

    public Task OnConnectedAsync(CancellationToken cancellationToken)
    {
        // Something may have ended meanwhile; those who watch look it up.
        foreach (var sheet in _sheets.Values)
        {
            sheet.Turn(progress: null, isOver: true);
        }

        return Task.CompletedTask;
    }

    public Task OnMessageAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        try
        {
            if (JsonSerializer.Deserialize(body.Span, ContractsJson.Default.ReplyNotice) is { } notice)
            {
                Hear(notice);
            }
        }
        catch (JsonException)
        {
            // Nothing that anybody here has said.
        }

        return Task.CompletedTask;
    }

    private void Hear(ReplyNotice notice)
    {
        if (notice.Progress is { } progress)
        {
            if (_begun.Count < MostBegun && _begun.TryAdd(progress.JobId, true))
            {
                Begun?.Invoke(progress.JobId);
            }

            if (_sheets.TryGetValue(progress.JobId, out var sheet))
            {
                sheet.Turn(progress, isOver: false);
            }
        }
        else if ((notice.Finished ?? notice.Cancelled) is { } order)
        {
            _begun.TryRemove(order, out _);
            if (_sheets.TryGetValue(order, out var sheet))
            {
                sheet.Turn(progress: null, isOver: true);
            }
        }
    }

    private Task<bool> TellAsync(ReplyNotice notice)
        => publisher.BroadcastAsync(Queues.ReplyProgress, JsonSerializer.SerializeToUtf8Bytes(notice, ContractsJson.Default.ReplyNotice), CancellationToken.None);

    private void Leave(Guid order, Sheet sheet)
    {
        lock (sheet)
        {
            if (--sheet.Watchers == 0)
            {
                _sheets.TryRemove(KeyValuePair.Create(order, sheet));
            }
        }
    }

    /// <summary>One who watches an order, until disposed.</summary>
    public sealed class Watching(ReplyBoard board, Guid order, Sheet sheet) : IDisposable
    {
        private int _isDisposed;

        /// <summary>How far it is; how to learn of the next change; how often it was said to be over, which the database knows for sure.</summary>
        public (ReplyProgress? Progress, Task Changed, int Turns) Look() => sheet.Look();

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            {
                board.Leave(order, sheet);
            }
        }
    }

    /// <summary>What is known of one order while somebody watches it.</summary>
    public sealed class Sheet
    {
        private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private ReplyProgress? _progress;
        private int _turns;

        public int Watchers { get; set; }

        public (ReplyProgress? Progress, Task Changed, int Turns) Look()
        {
            lock (this)
            {
                return (_progress, _changed.Task, _turns);
            }
        }

        public void Turn(ReplyProgress? progress, bool isOver)
        {
            TaskCompletionSource changed;
            lock (this)
            {
                _progress = progress ?? _progress;
                _turns += isOver ? 1 : 0;
                (changed, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            changed.TrySetResult();
        }
    }
}
