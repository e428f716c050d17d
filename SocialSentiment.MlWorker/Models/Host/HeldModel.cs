using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Models.Catalog;

namespace SocialSentiment.MlWorker.Models.Host;

/// <summary>Something in memory. Whoever uses it holds a reference; it goes when the host has let go of it and the last user has.</summary>
internal abstract class HeldModel
{
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _references = 1;
    private int _retired;
    private long _lastUsed;

    public required ModelEntry Entry { get; init; }

    public required AnalyzerIdentity Identity { get; init; }

    public required Verification Verification { get; init; }

    /// <summary>What it takes in memory, measured when it was loaded, or taken from its files.</summary>
    public required long MemoryBytes { get; init; }

    public required DateTimeOffset LoadedAt { get; init; }

    public string Key => Entry.Key;

    public string Version => Identity.Version;

    /// <summary>Completes when it has ended and its memory is free.</summary>
    public Task Gone => _gone.Task;

    public int Users => Math.Max(0, Volatile.Read(ref _references) - (Volatile.Read(ref _retired) == 0 ? 1 : 0));

    public long LastUsed => Volatile.Read(ref _lastUsed);

    /// <summary>Whether it is still there to be used; then it stays until <see cref="Release"/>.</summary>
    public bool TryHold(long now)
    {
        int references;
        do
        {
            references = Volatile.Read(ref _references);
            if (references == 0)
            {
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref _references, references + 1, references) != references);

        Volatile.Write(ref _lastUsed, now);
        return true;
    }

    /// <summary>It was used until now.</summary>
    public void Used(long now) => Volatile.Write(ref _lastUsed, now);

    /// <summary>Gives back what <see cref="TryHold"/> gave.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            // Not on the thread of the last caller, who would have to wait for its threads.
            _ = Task.Run(EndAsync);
        }
    }

    /// <summary>The host lets go: nobody new gets it, and the last one out turns off the light.</summary>
    public void Retire()
    {
        if (Interlocked.Exchange(ref _retired, 1) == 0)
        {
            Release();
        }
    }

    /// <summary>Ends what computes.</summary>
    protected abstract ValueTask EndItAsync();

    private async Task EndAsync()
    {
        try
        {
            await EndItAsync();
        }
        finally
        {
            NativeMemory.GiveBack();
            _gone.TrySetResult();
        }
    }
}
