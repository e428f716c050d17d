namespace SocialSentiment.Api.Failsafe;

/// <summary>Counts the failures of the last while, up to as many as matter.</summary>
internal sealed class FailureWindow(int most, TimeSpan window, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Queue<long> _failures = new(most);

    public int Count
    {
        get
        {
            lock (_lock)
            {
                Forget();
                return _failures.Count;
            }
        }
    }

    /// <returns>Whether these are as many as there may be.</returns>
    public bool Add()
    {
        lock (_lock)
        {
            Forget();
            if (_failures.Count == most)
            {
                _failures.Dequeue();
            }

            _failures.Enqueue(time.GetTimestamp());
            return _failures.Count == most;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _failures.Clear();
        }
    }

    private void Forget()
    {
        while (_failures.TryPeek(out var oldest) && time.GetElapsedTime(oldest) >= window)
        {
            _failures.Dequeue();
        }
    }
}
