using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace SocialSentiment.Messaging.Tests;

/// <summary>Does what the test says, and remembers every call.</summary>
internal sealed class ScriptedHandler(Func<IReadOnlyList<Delivery<byte[]>>, CancellationToken, Task> script) : IBatchHandler<byte[]>
{
    private readonly ConcurrentQueue<IReadOnlyList<Delivery<byte[]>>> _calls = new();
    private readonly ConcurrentQueue<Delivery<byte[]>> _handled = new();

    public ScriptedHandler()
        : this((_, _) => Task.CompletedTask)
    {
    }

    /// <summary>Fails on every batch that holds one of these.</summary>
    public static ScriptedHandler FailingOn(params string[] poison) => new((batch, _) =>
        batch.Any(delivery => poison.Contains(Text(delivery))) ? throw new InvalidOperationException("poison") : Task.CompletedTask);

    public IReadOnlyList<IReadOnlyList<Delivery<byte[]>>> Calls => [.. _calls];

    public IReadOnlyList<Delivery<byte[]>> Handled => [.. _handled];

    public IReadOnlyList<string> Texts => [.. _handled.Select(Text)];

    public static string Text(Delivery<byte[]> delivery) => Encoding.UTF8.GetString(delivery.Body);

    public async Task HandleAsync(IReadOnlyList<Delivery<byte[]>> batch, CancellationToken cancellationToken)
    {
        _calls.Enqueue(batch);
        await script(batch, cancellationToken);
        foreach (var delivery in batch)
        {
            _handled.Enqueue(delivery);
        }
    }
}

internal static class ScriptedHandlerExtensions
{
    public static void AddHandler(this IHostApplicationBuilder builder, string queue, ScriptedHandler handler, Action<ConsumerOptions>? configure = null)
    {
        builder.Services.AddSingleton(handler);
        builder.AddBatchConsumer<byte[], ScriptedHandler>(queue, configure);
    }
}

internal static class Outgoing
{
    public static OutgoingMessage<byte[]> Message(string text) => new(Encoding.UTF8.GetBytes(text), $"id-{text}");

    public static OutgoingMessage<byte[]>[] Messages(int count) => [.. Enumerable.Range(0, count).Select(i => Message($"{i}"))];
}
