using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;

namespace SocialSentiment.ServiceDefaults.Health;

/// <summary>What must be done before the service takes work: the host has started, and everything expected here is complete.</summary>
public sealed class StartupReadiness(IHostApplicationLifetime lifetime)
{
    private readonly ConcurrentDictionary<string, bool> _pending = new(StringComparer.Ordinal);

    /// <summary>What the service still waits for; empty when it is ready.</summary>
    public IReadOnlyCollection<string> Pending
        => lifetime.ApplicationStarted.IsCancellationRequested ? [.. _pending.Keys.Order(StringComparer.Ordinal)] : ["host"];

    /// <summary>The service is not ready until <paramref name="work"/> is complete. Call it before the host has started.</summary>
    public void Expect(string work) => _pending.TryAdd(work, true);

    public void Complete(string work) => _pending.TryRemove(work, out _);
}
