using System.Collections.Concurrent;
using System.Text.Json;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Messaging;

namespace SocialSentiment.MlWorker.Replies;

/// <summary>The orders that are being carried out here, and those of late that nobody wants any more.</summary>
internal sealed class OrderBook : IBroadcastListener
{
    private const int Remembered = 10_000;

    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> _atWork = new();
    private readonly ConcurrentDictionary<Guid, bool> _unwanted = new();
    private readonly ConcurrentQueue<Guid> _unwantedInOrder = new();

    public bool IsUnwanted(Guid order) => _unwanted.ContainsKey(order);

    /// <summary>Calls <paramref name="work"/> off as soon as nobody wants the order any more.</summary>
    public IDisposable Begin(Guid order, CancellationTokenSource work)
    {
        _atWork[order] = work;
        if (IsUnwanted(order))
        {
            work.Cancel();
        }

        return new Work(this, order, work);
    }

    public Task OnConnectedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task OnMessageAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        try
        {
            // An order that is over is as little wanted: others, or templates, were quicker.
            if (JsonSerializer.Deserialize(body.Span, ContractsJson.Default.ReplyNotice) is { } notice && (notice.Cancelled ?? notice.Finished) is { } order)
            {
                Drop(order);
            }
        }
        catch (JsonException)
        {
            // Nothing that the platform has said.
        }

        return Task.CompletedTask;
    }

    private void Drop(Guid order)
    {
        if (_unwanted.TryAdd(order, true))
        {
            _unwantedInOrder.Enqueue(order);
            if (_unwantedInOrder.Count > Remembered && _unwantedInOrder.TryDequeue(out var oldest))
            {
                _unwanted.TryRemove(oldest, out _);
            }
        }

        if (_atWork.TryGetValue(order, out var work))
        {
            try
            {
                work.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // Just done.
            }
        }
    }

    private sealed class Work(OrderBook book, Guid order, CancellationTokenSource work) : IDisposable
    {
        public void Dispose() => book._atWork.TryRemove(KeyValuePair.Create(order, work));
    }
}
