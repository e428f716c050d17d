using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Generation;

namespace SocialSentiment.MlWorker.Models.Host;

/// <summary>A language model in memory.</summary>
internal sealed class LoadedGenerator : HeldModel
{
    public required Generator Generator { get; init; }

    protected override ValueTask EndItAsync() => Generator.DisposeAsync();
}

/// <summary>The right to use a language model until this is disposed.</summary>
internal sealed class GeneratorLease(LoadedGenerator model, TimeProvider time) : IDisposable
{
    private int _disposed;

    public IGenerator Generator => model.Generator;

    public AnalyzerIdentity Identity => model.Identity;

    /// <summary>The longest text that it has positions for, in tokens, the prompt included.</summary>
    public int MaxTokens => model.Generator.MaxTokens;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            model.Used(time.GetTimestamp());
            model.Release();
        }
    }
}
