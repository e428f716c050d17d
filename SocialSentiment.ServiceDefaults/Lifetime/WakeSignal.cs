namespace SocialSentiment.ServiceDefaults.Lifetime;

/// <summary>Wakes a loop that has nothing to do. However often it is called while the loop is awake, that makes one more turn.</summary>
/// <param name="isSet">Whether the first turn needs no call.</param>
public sealed class WakeSignal(bool isSet = false) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(isSet ? 1 : 0, 1);

    public void Set()
    {
        try
        {
            _turns.Release();
        }
        catch (SemaphoreFullException)
        {
            // The turn that is still to come is for this too.
        }
    }

    public Task WaitAsync(CancellationToken cancellationToken) => _turns.WaitAsync(cancellationToken);

    /// <summary>No longer than that: what nobody called for is found then.</summary>
    public Task WaitAsync(TimeSpan most, CancellationToken cancellationToken) => _turns.WaitAsync(most, cancellationToken);

    public void Dispose() => _turns.Dispose();
}
