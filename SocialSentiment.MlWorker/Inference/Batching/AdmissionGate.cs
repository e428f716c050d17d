namespace SocialSentiment.MlWorker.Inference.Batching;

/// <summary>Counts what is inside, so that no more comes in than can be worked off in reasonable time. First come, first served.</summary>
internal sealed class AdmissionGate(int permits)
{
    private readonly Lock _lock = new();
    private readonly Queue<Waiter> _waiting = [];
    private int _free = permits;

    public int Permits { get; } = permits;

    public int Inside => Permits - Volatile.Read(ref _free);

    /// <summary>Takes <paramref name="count"/> permits if they are free now, and nobody waits for theirs.</summary>
    public bool TryEnter(int count)
    {
        lock (_lock)
        {
            if (_waiting.Count > 0 || _free < count)
            {
                return false;
            }

            _free -= count;
            return true;
        }
    }

    public async ValueTask EnterAsync(int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Permits);
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_lock)
        {
            if (_waiting.Count == 0 && _free >= count)
            {
                _free -= count;
                return;
            }

            waiter = new Waiter(count);
            _waiting.Enqueue(waiter);
        }

        await using var cancelled = cancellationToken.UnsafeRegister(
            static (state, token) => ((Waiter)state!).TrySetCanceled(token), waiter);
        try
        {
            await waiter.Task;
        }
        catch (OperationCanceledException)
        {
            // It may have stood in front of somebody for whom there is room.
            Exit(0);
            throw;
        }
    }

    public void Exit(int count)
    {
        lock (_lock)
        {
            _free += count;
            while (_waiting.TryPeek(out var next) && (next.Task.IsCompleted || next.Count <= _free))
            {
                _waiting.Dequeue();
                if (next.Task.IsCompleted)
                {
                    continue;
                }

                // Taken before he knows of it: others look at what is free without the lock.
                _free -= next.Count;
                if (!next.TrySetResult())
                {
                    _free += next.Count;
                }
            }
        }
    }

    private sealed class Waiter(int count) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int Count => count;
    }
}
