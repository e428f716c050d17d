using System.Diagnostics;
using RabbitMQ.Client;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Messaging.Tests;

/// <summary>What the broker says about what is published.</summary>
public sealed class PublisherTests(BrokerFixture fixture) : BrokerTest(fixture)
{
    [Fact]
    public async Task A_confirmed_message_is_in_the_queue_as_it_was_sent()
    {
        var service = await StartAsync();
        var job = new AnalyzeJob(Guid.NewGuid(), Guid.NewGuid(), 3, "Grüße 🙂", "de", DateTimeOffset.UnixEpoch);

        await service.Publisher.PublishAsync(
            Queues.Analyze,
            new OutgoingMessage<AnalyzeJob>(job, "the-id", Priority: 5, Headers: new Dictionary<string, object?> { ["x-mine"] = "yes" }),
            Token);

        var message = await Raw.TakeAsync(Queues.Analyze, Token);
        Assert.Equal(job, System.Text.Json.JsonSerializer.Deserialize(message.Text, ContractsJson.Default.AnalyzeJob));
        Assert.Equal("the-id", message.Result.BasicProperties.MessageId);
        Assert.Equal(DeliveryModes.Persistent, message.Result.BasicProperties.DeliveryMode);
        Assert.Equal(5, message.Result.BasicProperties.Priority);
        Assert.Equal("yes", message.Headers["x-mine"]);
        var sent = DateTimeOffset.FromUnixTimeMilliseconds(Assert.IsType<long>(message.Headers["x-sent-at"]));
        Assert.InRange(DateTimeOffset.UtcNow - sent, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_message_for_a_queue_that_does_not_exist_is_reported_as_returned()
    {
        var service = await StartAsync();

        var failure = await Assert.ThrowsAsync<PublishFailedException>(() => service.Publisher.PublishAsync("nowhere", Outgoing.Message("a"), Token));

        Assert.Equal(PublishFailure.Returned, failure.Reason);
        Assert.Contains("nowhere", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_queue_refuses_and_what_it_took_is_in_it()
    {
        var service = await StartAsync(settings: [("Messaging:AnalyzeMaxLength", "10")]);
        var outcomes = new List<PublishFailedException?>();

        // A quorum queue tells publishers that it is full a little late, so one batch may go over the limit.
        for (var i = 0; i < 10; i++)
        {
            outcomes.AddRange(await service.Publisher.PublishBatchAsync(Queues.Analyze, Outgoing.Messages(10), Token));
        }

        Assert.Contains(outcomes, outcome => outcome is null);
        Assert.Contains(outcomes, outcome => outcome is not null);
        Assert.All(outcomes, outcome => Assert.True(outcome is null or { Reason: PublishFailure.Nacked }));
        await Raw.BecomesAsync(Queues.Analyze, outcomes.Count(outcome => outcome is null), Token);
    }

    [Fact]
    public async Task Without_a_broker_a_message_is_refused_at_once()
    {
        var service = await StartAsync(connectionString: $"amqp://127.0.0.1:{FreePort.Next()}", connected: false);
        var started = Stopwatch.GetTimestamp();

        var outcomes = await service.Publisher.PublishBatchAsync(Queues.Analyze, Outgoing.Messages(3), Token);
        await service.Publisher.BroadcastAsync(Queues.Events, new byte[] { 1 }, Token);

        Assert.Equal([PublishFailure.NotConnected, PublishFailure.NotConnected, PublishFailure.NotConnected], outcomes.Select(outcome => outcome!.Reason));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_queue_that_somebody_deletes_comes_back_with_the_next_message()
    {
        var service = await StartAsync(settings: ("Messaging:PublishChannels", "1"));
        await service.Publisher.PublishAsync(Queues.Analyze, Outgoing.Message("a"), Token);
        await Raw.DeleteQueueAsync(Queues.Analyze);

        var failure = await Assert.ThrowsAsync<PublishFailedException>(() => service.Publisher.PublishAsync(Queues.Analyze, Outgoing.Message("b"), Token));
        Assert.Equal(PublishFailure.Returned, failure.Reason);

        await service.Publisher.PublishAsync(Queues.Analyze, Outgoing.Message("c"), Token);
        Assert.Equal("c", (await Raw.TakeAsync(Queues.Analyze, Token)).Text);
    }

    [Fact]
    public async Task Many_publishers_at_once_each_learn_what_became_of_their_own()
    {
        var service = await StartAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            var queue = i % 4 == 0 ? "nowhere" : Queues.Analyze;
            var failures = await service.Publisher.PublishBatchAsync(queue, [Outgoing.Message($"{i}a"), Outgoing.Message($"{i}b")], Token);
            return (queue, failures);
        }));

        foreach (var (queue, failures) in outcomes)
        {
            Assert.Equal(2, failures.Count);
            Assert.All(failures, failure => Assert.Equal(queue == "nowhere" ? PublishFailure.Returned : null, failure?.Reason));
        }

        await Raw.BecomesAsync(Queues.Analyze, 300, Token);
    }

    [Fact]
    public async Task A_caller_who_leaves_does_not_disturb_the_others()
    {
        var service = await StartAsync();
        using var leaving = new CancellationTokenSource();
        var left = service.Publisher.PublishBatchAsync(Queues.Analyze, Outgoing.Messages(2_000), leaving.Token);
        await leaving.CancelAsync();
        var outcomes = await service.Publisher.PublishBatchAsync(Queues.Analyze, Outgoing.Messages(100), Token);

        Assert.All(outcomes, Assert.Null);
        await Record.ExceptionAsync(() => left);
        await Raw.BecomesAsync(Queues.Analyze, 2_100, Token);
    }
}
