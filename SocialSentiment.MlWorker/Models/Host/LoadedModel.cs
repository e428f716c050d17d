using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.MlWorker.Inference.Statistics;
using SocialSentiment.MlWorker.Models.Catalog;

namespace SocialSentiment.MlWorker.Models.Host;

/// <summary>A model in memory. Whoever uses it holds a reference; it goes when the host has let go of it and the last user has.</summary>
internal sealed class LoadedModel
{
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _references = 1;
    private int _retired;
    private long _lastUsed;

    public required ModelEntry Entry { get; init; }

    public required AnalyzerIdentity Identity { get; init; }

    public required ISentimentEngine Engine { get; init; }

    public required ModelStatistics Statistics { get; init; }

    public required Verification Verification { get; init; }

    /// <summary>What it takes in memory, measured when it was loaded, or taken from its files.</summary>
    public required long MemoryBytes { get; init; }

    public required DateTimeOffset LoadedAt { get; init; }

    public string Key => Entry.Key;

    public string Version => Identity.Version;

    /// <summary>Completes when the engine has ended and its memory is free.</summary>
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

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            // Not on the thread of the last caller, who would have to wait for the batcher's threads.
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

    private async Task EndAsync()
    {
        try
        {
            await Engine.DisposeAsync();
        }
        finally
        {
            NativeMemory.GiveBack();
            _gone.TrySetResult();
        }
    }
}

/// <summary>Whether a model labels its golden texts rightly on this very processor.</summary>
/// <param name="Precision">The precision that was checked.</param>
/// <param name="Golden">How many texts it was asked.</param>
/// <param name="Note">What was not as wished: a precision that failed and was passed over, or that there was nothing to check.</param>
internal sealed record Verification(string Precision, int Golden, string? Note);
