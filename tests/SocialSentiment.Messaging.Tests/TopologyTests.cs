using RabbitMQ.Client.Exceptions;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Messaging.Tests;

/// <summary>What is on the broker after a service has connected.</summary>
public sealed class TopologyTests(BrokerFixture fixture) : BrokerTest(fixture)
{
    private static readonly Dictionary<string, Dictionary<string, object?>> s_expected = new()
    {
        [Queues.Analyze] = new() { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = 7, ["x-dead-letter-exchange"] = "dead-letters", ["x-dead-letter-strategy"] = "at-least-once", ["x-overflow"] = "reject-publish", ["x-max-length"] = 5 },
        [Queues.Suspects] = new() { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = 2, ["x-dead-letter-exchange"] = "dead-letters", ["x-dead-letter-strategy"] = "at-least-once", ["x-overflow"] = "reject-publish" },
        [Queues.Results] = new() { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = 7, ["x-dead-letter-exchange"] = "dead-letters", ["x-dead-letter-strategy"] = "at-least-once", ["x-overflow"] = "reject-publish", ["x-max-length"] = 1_000_000 },
        [Queues.Replies] = new() { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = 7, ["x-dead-letter-exchange"] = "dead-letters", ["x-dead-letter-strategy"] = "at-least-once", ["x-overflow"] = "reject-publish", ["x-max-length"] = 50_000 },
        [Queues.Predict] = new() { ["x-queue-type"] = "classic", ["x-message-ttl"] = 60_000L, ["x-overflow"] = "reject-publish", ["x-max-length"] = 1_000 },
        [Queues.Dead] = new() { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = 1_000_000_000 },
    };

    [Fact]
    public async Task Every_queue_has_the_settings_it_should_have()
    {
        await StartAsync(
            builder => builder.AddHandler(Queues.Results, new ScriptedHandler()),
            settings: [("Messaging:AnalyzeMaxLength", "5"), ("Messaging:DeliveryLimit", "7")]);
        await Raw.BecomesAsync(Queues.Predict, 0, Token);

        foreach (var (queue, arguments) in s_expected)
        {
            // The broker refuses a declaration that differs in anything.
            await Raw.DeclareAsync(queue, arguments);
            await Assert.ThrowsAsync<OperationInterruptedException>(() => Raw.DeclareAsync(queue, new Dictionary<string, object?>(arguments) { ["x-max-length"] = 6 }));
        }
    }

    [Fact]
    public async Task A_queue_that_exists_with_other_settings_is_used_as_it_is_and_that_is_said_once()
    {
        await Raw.DeclareAsync(Queues.Replies, new Dictionary<string, object?> { ["x-max-length"] = 3 });
        var handler = new ScriptedHandler();
        var service = await StartAsync(builder => builder.AddHandler(Queues.Replies, handler));

        await service.Publisher.PublishAsync(Queues.Replies, Outgoing.Message("a"), Token);
        await Eventually.TrueAsync(() => Task.FromResult(handler.Texts is ["a"]), Token);

        var line = Assert.Single(service.Log.Lines, line => line.Contains("other settings", StringComparison.Ordinal));
        Assert.StartsWith("Warning: replies exists on the broker with other settings", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_inspector_sees_messages_and_consumers_and_nothing_where_there_is_nothing()
    {
        await Raw.DeclareQuorumAsync(TestQueue);
        var service = await StartAsync(builder => builder.AddHandler(Queues.Results, new ScriptedHandler()));
        await service.Publisher.PublishAsync(TestQueue, Outgoing.Message("a"), Token);

        await Eventually.GetAsync(() => service.Inspector.GetAsync(TestQueue, Token), state => state == new QueueState(1, 0), Token);
        await Eventually.GetAsync(() => service.Inspector.GetAsync(Queues.Results, Token), state => state == new QueueState(0, 1), Token);
        Assert.Null(await service.Inspector.GetAsync("nowhere", Token));
    }
}
