using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using SocialSentiment.Api.Failsafe;
using SocialSentiment.Contracts.Failsafe;

namespace SocialSentiment.Api.Events;

/// <summary>
/// Changes of circuit breakers for one listener to the live feed, while it listens: they are in no log, and who comes
/// later looks up how things stand. A listener that does not read misses the oldest.
/// </summary>
internal sealed class BreakerNews : IDisposable
{
    private readonly Channel<FailsafeTransition> _news = Channel.CreateBounded<FailsafeTransition>(new BoundedChannelOptions(50) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Replicas _replicas;
    private Task? _waiting;

    public BreakerNews(Replicas replicas)
    {
        _replicas = replicas;
        _replicas.Changed += Hear;
    }

    public bool TryRead([NotNullWhen(true)] out FailsafeTransition? transition) => _news.Reader.TryRead(out transition);

    /// <summary>The same task until there is something: who asks after every post would otherwise leave a heap of them waiting.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
        => _waiting is { IsCompleted: false } waiting ? waiting : _waiting = _news.Reader.WaitToReadAsync(cancellationToken).AsTask();

    public void Dispose() => _replicas.Changed -= Hear;

    private void Hear(FailsafeTransition transition) => _news.Writer.TryWrite(transition);
}
