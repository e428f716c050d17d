using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Messaging.Tests;

/// <summary>A broker that dies, forgets, takes nothing or falls silent.</summary>
public sealed class FailureTests(BrokerFixture fixture) : BrokerTest(fixture)
{
    private static readonly TimeSpan s_queuesAreKept = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_broker_killed_under_load_loses_nothing_that_was_confirmed()
    {
        var handler = new ScriptedHandler(async (_, cancellationToken) => await Task.Delay(5, cancellationToken));
        await StartAsync(builder => builder.AddHandler(Queues.Results, handler, options => (options.Prefetch, options.BatchSize) = (50, 20)));
        var publisher = await StartAsync(settings: ("Messaging:PublishTimeout", "00:00:03"));
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var confirmed = new ConcurrentDictionary<string, bool>();
        var publishing = PublishAsync(publisher.Publisher, confirmed, enough.Token);

        // RabbitMQ 3.10 writes down where a new quorum queue lives half a second late, and cannot open it when it was killed
        // before.
        var started = Stopwatch.GetTimestamp();
        await Until(() => confirmed.Count > 500 && handler.Handled.Count > 100 && Stopwatch.GetElapsedTime(started) > s_queuesAreKept);

        await Broker.KillAsync();
        Assert.Equal(HealthStatus.Unhealthy, (await publisher.HealthAsync(Token)).Status);
        var before = confirmed.Count;
        await Broker.RestartAsync(Token);
        await Until(() => confirmed.Count > before + 500);
        await enough.CancelAsync();
        await publishing;

        await Until(() => confirmed.Keys.ToHashSet().IsSubsetOf(handler.Texts));
        Assert.Equal(HealthStatus.Healthy, (await publisher.HealthAsync(Token)).Status);
        await ConnectRawAsync();
        Assert.Equal(0, await Raw.CountAsync(Queues.Dead));
    }

    [Fact]
    public async Task A_broker_that_has_lost_everything_gets_its_queues_and_its_consumers_again()
    {
        var handler = new ScriptedHandler();
        var service = await StartAsync(builder => builder.AddHandler(Queues.Results, handler));
        await service.Publisher.PublishAsync(Queues.Results, Outgoing.Message("before"), Token);
        await Until(() => handler.Texts is ["before"]);

        await Broker.RestartAsync(Token, wipe: true);
        await service.ConnectedAsync(Token);
        await ConnectRawAsync();

        await Eventually.TrueAsync(async () => (await service.Publisher.PublishBatchAsync(Queues.Results, [Outgoing.Message("after")], Token))[0] is null, Token);
        await Until(() => handler.Texts.Contains("after"));
        Assert.Equal(0, await Raw.CountAsync(Queues.Dead));
    }

    [Fact]
    public async Task A_queue_deleted_under_its_consumer_comes_back_and_is_consumed()
    {
        var handler = new ScriptedHandler();
        var service = await StartAsync(builder => builder.AddHandler(Queues.Results, handler));
        await Eventually.GetAsync(() => Raw.StateAsync(Queues.Results), state => state is { Consumers: 1 }, Token);

        await Raw.DeleteQueueAsync(Queues.Results);

        await Eventually.GetAsync(() => Raw.StateAsync(Queues.Results), state => state is { Consumers: 1 }, Token);
        await service.Publisher.PublishAsync(Queues.Results, Outgoing.Message("a"), Token);
        await Until(() => handler.Texts is ["a"]);
    }

    [Fact]
    public async Task A_broker_that_takes_no_messages_holds_nobody_up_and_what_is_consumed_is_still_settled()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new ScriptedHandler((_, _) => release.Task);
        var service = await StartAsync(builder => builder.AddHandler(Queues.Results, handler), settings: ("Messaging:PublishTimeout", "00:00:00.5"));
        await service.Publisher.PublishAsync(Queues.Results, Outgoing.Message("before"), Token);
        await Until(() => handler.Calls.Count == 1);

        await Broker.ControlAsync(["set_vm_memory_high_watermark", "0"], Token);
        try
        {
            // The broker says so at the first message that it does not take.
            var first = await Assert.ThrowsAsync<PublishFailedException>(() => service.Publisher.PublishAsync(Queues.Analyze, Outgoing.Message("a"), Token));
            Assert.Equal(PublishFailure.TimedOut, first.Reason);
            await Until(() => service.Connection.IsBlocked);
            var started = Stopwatch.GetTimestamp();
            var second = await Assert.ThrowsAsync<PublishFailedException>(() => service.Publisher.PublishAsync(Queues.Analyze, Outgoing.Message("b"), Token));
            Assert.Equal(PublishFailure.NotConnected, second.Reason);
            await Assert.ThrowsAsync<RpcUnavailableException>(() => service.Rpc.CallAsync<byte[], byte[]>(Queues.Predict, [], TimeSpan.FromSeconds(30), Token));
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromMilliseconds(400));

            var health = await service.HealthAsync(Token);
            Assert.Equal(HealthStatus.Degraded, health.Status);
            Assert.Equal("the broker takes no messages: low on memory", health.Description);

            release.SetResult();
            await Until(() => handler.Handled.Count == 1);
            await Eventually.GetAsync(() => Raw.StateAsync(Queues.Results), state => state is { Ready: 0 }, Token);
        }
        finally
        {
            await Broker.ControlAsync(["set_vm_memory_high_watermark", "0.9"], Token);
        }

        await Until(() => !service.Connection.IsBlocked);
        await service.Publisher.PublishAsync(Queues.Analyze, Outgoing.Message("c"), Token);
        Assert.Equal(HealthStatus.Healthy, (await service.HealthAsync(Token)).Status);
        await SettledAsync(Queues.Results);
    }

    [Fact]
    public async Task A_line_that_goes_dead_without_a_word_is_noticed_and_replaced()
    {
        await using var line = new CuttableLine(Broker.Port);
        var handler = new ScriptedHandler();
        var service = await StartAsync(
            builder => builder.AddHandler(Queues.Results, handler),
            line.ConnectionString,
            settings: [("Messaging:Heartbeat", "00:00:01"), ("Messaging:PublishTimeout", "00:00:01")]);
        await service.Publisher.PublishAsync(Queues.Results, Outgoing.Message("before"), Token);
        await Until(() => handler.Texts is ["before"]);

        line.Freeze();

        await Eventually.TrueAsync(async () => (await service.Publisher.PublishBatchAsync(Queues.Results, [Outgoing.Message("after")], Token))[0] is null, Token);
        await Until(() => handler.Texts.Contains("after"));
    }

    private static async Task PublishAsync(Publisher publisher, ConcurrentDictionary<string, bool> confirmed, CancellationToken cancellationToken)
    {
        for (var i = 0; !cancellationToken.IsCancellationRequested; i++)
        {
            var messages = Enumerable.Range(0, 50).Select(j => Outgoing.Message($"{i}-{j}")).ToList();
            var outcomes = await publisher.PublishBatchAsync(Queues.Results, messages, Token);
            foreach (var (message, _) in messages.Zip(outcomes).Where(pair => pair.Second is null))
            {
                confirmed[System.Text.Encoding.UTF8.GetString(message.Body)] = true;
            }

            await Task.Delay(10, Token);
        }
    }
}
