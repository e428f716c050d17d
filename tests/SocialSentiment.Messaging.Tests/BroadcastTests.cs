using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Messaging.Tests;

/// <summary>Hints to whoever listens.</summary>
public sealed class BroadcastTests(BrokerFixture fixture) : BrokerTest(fixture)
{
    [Fact]
    public async Task Every_listener_hears_everything_in_order()
    {
        var (one, other) = (new Listener(), new Listener());
        var sender = await ListenAsync(one);
        await ListenAsync(other);
        await Until(() => one.Connects == 1 && other.Connects == 1);

        for (var i = 0; i < 100; i++)
        {
            await sender.Publisher.BroadcastAsync(Queues.Events, Encoding.UTF8.GetBytes($"{i}"), Token);
        }

        await Until(() => one.Heard.Count == 100 && other.Heard.Count == 100);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), one.Heard);
        Assert.Equal(one.Heard, other.Heard);
    }

    [Fact]
    public async Task A_listener_that_was_cut_off_listens_again_and_knows_of_the_gap()
    {
        await using var line = new CuttableLine(Broker.Port);
        var listener = new Listener();
        await ListenAsync(listener, line.ConnectionString);
        var sender = await StartAsync();
        await Until(() => listener.Connects == 1);

        line.Cut();
        await Until(() => listener.Connects == 2);
        await sender.Publisher.BroadcastAsync(Queues.Events, "again"u8.ToArray(), Token);

        await Until(() => listener.Heard.Contains("again"));
    }

    [Fact]
    public async Task A_listener_that_fails_is_told_to_look_for_itself()
    {
        var listener = new Listener { FailOn = "bad" };
        var service = await ListenAsync(listener);
        await Until(() => listener.Connects == 1);

        await service.Publisher.BroadcastAsync(Queues.Events, "bad"u8.ToArray(), Token);
        await Until(() => listener.Connects == 2);
        await service.Publisher.BroadcastAsync(Queues.Events, "good"u8.ToArray(), Token);

        await Until(() => listener.Heard is ["good"]);
    }

    private Task<TestService> ListenAsync(Listener listener, string? connectionString = null) => StartAsync(
        builder =>
        {
            builder.Services.AddSingleton(listener);
            builder.AddBroadcastListener<Listener>(Queues.Events);
        },
        connectionString);

    private sealed class Listener : IBroadcastListener
    {
        private readonly ConcurrentQueue<string> _heard = new();
        private int _connects;

        public string? FailOn { get; init; }

        public int Connects => Volatile.Read(ref _connects);

        public IReadOnlyList<string> Heard => [.. _heard];

        public Task OnConnectedAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _connects);
            return Task.CompletedTask;
        }

        public Task OnMessageAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
        {
            var text = Encoding.UTF8.GetString(body.Span);
            if (text == FailOn)
            {
                throw new InvalidOperationException("not that");
            }

            _heard.Enqueue(text);
            return Task.CompletedTask;
        }
    }
}
