using System.Diagnostics;
using RabbitMQ.Client;

namespace SocialSentiment.Messaging;

/// <summary>Messages that are published together, and what became of each.</summary>
internal sealed class PublishRun(IReadOnlyList<PublishItem> items)
{
    private readonly Lock _lock = new();
    private readonly PublishFailedException?[] _failures = new PublishFailedException?[items.Count];
    private readonly bool[] _settled = new bool[items.Count];
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open = items.Count;

    public IReadOnlyList<PublishItem> Items { get; } = items;

    /// <summary>Complete once the fate of every message is known.</summary>
    public Task Done => _done.Task;

    /// <summary>What became of each; of use once <see cref="Done"/>.</summary>
    public IReadOnlyList<PublishFailedException?> Failures => _failures;

    /// <summary>The first word on a message counts: one that was returned is confirmed as well, and one that was given up may be.</summary>
    public void Settle(int index, PublishFailedException? failure)
    {
        lock (_lock)
        {
            if (_settled[index])
            {
                return;
            }

            _settled[index] = true;
            _failures[index] = failure;
            if (--_open > 0)
            {
                return;
            }
        }

        _done.TrySetResult();
    }

    public void SettleRest(Func<PublishFailedException> failure)
    {
        for (var i = 0; i < _settled.Length; i++)
        {
            // Most often there is no rest; an exception for each would be a waste.
            if (!_settled[i])
            {
                Settle(i, failure());
            }
        }
    }
}

/// <summary>A message in the form that the broker takes.</summary>
internal readonly record struct PublishItem(BasicProperties Properties, ReadOnlyMemory<byte> Body, Activity? Span);
