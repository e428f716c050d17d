using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Messaging.Tests;

/// <summary>What becomes of messages in the hands of a handler that works, fails or waits.</summary>
public sealed class BatchConsumerTests(BrokerFixture fixture) : BrokerTest(fixture)
{
    [Fact]
    public async Task A_batch_is_what_has_arrived_while_the_handler_was_busy()
    {
        var busy = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new ScriptedHandler((batch, _) => ScriptedHandler.Text(batch[0]) == "first" ? busy.Task : Task.CompletedTask);
        var service = await StartAsync(builder => builder.AddHandler(Queues.Analyze, handler, options => options.BatchSize = 20));
        await service.Publisher.PublishAsync(Queues.Analyze, Outgoing.Message("first"), Token);
        await Until(() => handler.Calls.Count == 1);

        await service.Publisher.PublishBatchAsync(Queues.Analyze, Outgoing.Messages(50), Token);
        await Raw.BecomesAsync(Queues.Analyze, 0, Token);
        busy.SetResult();

        await Until(() => handler.Handled.Count == 51);
        Assert.Equal(["first", .. Enumerable.Range(0, 50).Select(i => $"{i}")], handler.Texts);
        Assert.True(handler.Calls.Count <= 5, $"51 messages came in {handler.Calls.Count} calls.");
        Assert.All(handler.Calls, call => Assert.InRange(call.Count, 1, 20));
        Assert.Contains(handler.Calls, call => call.Count == 20);
    }

    [Fact]
    public async Task A_typed_message_comes_with_all_that_is_known_about_it()
    {
        var job = new AnalyzeJob(Guid.NewGuid(), Guid.NewGuid(), 1, "fine", null, DateTimeOffset.UnixEpoch);
        var handler = new JobHandler();
        var service = await StartAsync(builder =>
        {
            builder.Services.AddSingleton(handler);
            builder.AddBatchConsumer<AnalyzeJob, JobHandler>(Queues.Analyze);
        });

        await service.Publisher.PublishAsync(Queues.Analyze, new OutgoingMessage<AnalyzeJob>(job, "the-id", Headers: new Dictionary<string, object?> { ["x-mine"] = "yes" }), Token);

        var delivery = await handler.Delivered.Task.WaitAsync(Token);
        Assert.Equal(job, delivery.Body);
        Assert.Equal(("the-id", 0, 1), (delivery.MessageId, delivery.DeliveryCount, delivery.Attempt));
        Assert.Equal("yes", delivery.Headers["x-mine"]);
        Assert.InRange(DateTimeOffset.UtcNow - delivery.SentAt!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task One_bad_message_of_fifty_becomes_one_dead_letter_and_its_neighbours_are_handled()
    {
        var handler = ScriptedHandler.FailingOn("17");
        await Raw.DeclareQuorumAsync(TestQueue);
        var service = await StartAsync();
        await service.Publisher.PublishBatchAsync(TestQueue, Outgoing.Messages(50), Token);
        await StartAsync(builder => builder.AddHandler(TestQueue, handler, options =>
        {
            options.BatchSize = 50;
            options.RetryDelay = TimeSpan.FromMilliseconds(20);
        }));

        var dead = await Raw.TakeAsync(Queues.Dead, Token);
        await Until(() => handler.Handled.Count == 49);
        Assert.Equal(("17", "id-17"), (dead.Text, dead.Result.BasicProperties.MessageId));
        Assert.Equal(new DeadLetterInfo(TestQueue, "rejected", "InvalidOperationException: poison", 3), dead.DeadLetter);
        Assert.Equal(Enumerable.Range(0, 50).Where(i => i != 17).Select(i => $"{i}").Order(), handler.Texts.Order());
        Assert.Equal([1, 2, 3], handler.Calls.Where(call => call.Count == 1 && ScriptedHandler.Text(call[0]) == "17").Select(call => call[0].Attempt));
        await SettledAsync(TestQueue);
        Assert.Equal(0, await Raw.CountAsync(Queues.Dead));
    }

    [Fact]
    public async Task A_message_that_succeeds_at_its_second_try_is_no_dead_letter()
    {
        var handler = new ScriptedHandler((batch, _) => batch[0].Attempt < 2 ? throw new InvalidOperationException("not yet") : Task.CompletedTask);
        var service = await StartAsync(builder => builder.AddHandler(Queues.Analyze, handler, options => options.RetryDelay = TimeSpan.FromMilliseconds(20)));

        await service.Publisher.PublishAsync(Queues.Analyze, Outgoing.Message("a"), Token);

        await Until(() => handler.Handled.Count == 1);
        await SettledAsync(Queues.Analyze);
        Assert.Equal(0, await Raw.CountAsync(Queues.Dead));
    }

    [Fact]
    public async Task While_something_is_down_nothing_is_split_counted_or_lost()
    {
        var down = true;
        var handler = new ScriptedHandler((_, _) => Volatile.Read(ref down) ? throw new TimeoutException("database") : Task.CompletedTask);
        await Raw.DeclareQuorumAsync(TestQueue);
        var service = await StartAsync();
        await service.Publisher.PublishBatchAsync(TestQueue, Outgoing.Messages(30), Token);
        await StartAsync(builder => builder.AddHandler(TestQueue, handler, options =>
        {
            options.IsTransient = error => error is TimeoutException;
            options.RetryDelay = TimeSpan.FromMilliseconds(10);
            options.LongestRetryDelay = TimeSpan.FromMilliseconds(40);
        }));

        await Until(() => handler.Calls.Count >= 8);
        Assert.All(handler.Calls, call => Assert.Same(handler.Calls[0], call));
        Assert.Empty(handler.Handled);
        Volatile.Write(ref down, false);

        await Until(() => handler.Handled.Count == 30);
        Assert.All(handler.Handled, delivery => Assert.Equal(1, delivery.Attempt));
        await SettledAsync(TestQueue);
        Assert.Equal(0, await Raw.CountAsync(Queues.Dead));
    }

    [Fact]
    public async Task What_cannot_be_read_is_a_dead_letter_at_once_and_harms_nobody()
    {
        var handler = new JobHandler();
        var service = await StartAsync(builder =>
        {
            builder.Services.AddSingleton(handler);
            builder.AddBatchConsumer<AnalyzeJob, JobHandler>(Queues.Analyze);
        });
        await Raw.BecomesAsync(Queues.Predict, 0, Token);

        await Raw.PublishAsync(Queues.Analyze, Encoding.UTF8.GetBytes("{\"job_id\": 12"), new BasicProperties { MessageId = "bad" });
        var job = new AnalyzeJob(Guid.NewGuid(), Guid.NewGuid(), 1, "fine", null, DateTimeOffset.UnixEpoch);
        await service.Publisher.PublishAsync(Queues.Analyze, new OutgoingMessage<AnalyzeJob>(job, "good"), Token);

        var dead = await Raw.TakeAsync(Queues.Dead, Token);
        Assert.Equal(("{\"job_id\": 12", "bad"), (dead.Text, dead.Result.BasicProperties.MessageId));
        Assert.Equal((Queues.Analyze, "malformed", 1), (dead.DeadLetter.Origin, dead.DeadLetter.Reason, dead.DeadLetter.Attempts));
        Assert.StartsWith("JsonException: ", dead.DeadLetter.Error, StringComparison.Ordinal);
        Assert.Equal(job, (await handler.Delivered.Task.WaitAsync(Token)).Body);
    }

    [Fact]
    public async Task A_message_that_came_back_unsettled_is_put_aside_before_a_handler_sees_it()
    {
        var service = await StartAsync();
        await service.Publisher.PublishBatchAsync(Queues.Analyze, Outgoing.Messages(2), Token);
        await Raw.CrashOnAsync(Queues.Analyze, Token);
        await Raw.BecomesAsync(Queues.Analyze, 2, Token);

        var handler = new ScriptedHandler();
        await StartAsync(builder => builder.AddHandler(Queues.Analyze, handler, options => options.SuspectQueue = Queues.Suspects));

        var suspect = await Raw.TakeAsync(Queues.Suspects, Token);
        await Until(() => handler.Handled.Count == 1);
        Assert.Equal(("0", "id-0"), (suspect.Text, suspect.Result.BasicProperties.MessageId));
        Assert.Equal(["1"], handler.Texts);
    }

    [Fact]
    public async Task A_suspect_that_is_handled_alone_is_settled_and_knows_its_past()
    {
        var service = await StartAsync();
        await service.Publisher.PublishAsync(Queues.Analyze, Outgoing.Message("a"), Token);
        await Raw.CrashOnAsync(Queues.Analyze, Token);

        var suspects = new ScriptedHandler();
        await StartAsync(builder =>
        {
            builder.Services.AddSingleton(suspects);
            builder.AddBatchConsumer<byte[], ScriptedHandler>(Queues.Analyze, options => options.SuspectQueue = Queues.Suspects);
            builder.AddBatchConsumer<byte[], ScriptedHandler>(Queues.Suspects, options => (options.Prefetch, options.BatchSize) = (1, 1));
        });

        await Until(() => suspects.Handled.Count == 1);
        Assert.Equal((1, 2), (suspects.Handled[0].DeliveryCount, suspects.Handled[0].Attempt));
        await SettledAsync(Queues.Suspects);
        Assert.Equal(0, await Raw.CountAsync(Queues.Dead));
    }

    [Fact]
    public async Task A_suspect_that_kills_whoever_has_it_alone_three_times_becomes_a_dead_letter()
    {
        var service = await StartAsync();
        await service.Publisher.PublishAsync(Queues.Analyze, Outgoing.Message("a"), Token);
        await Raw.CrashOnAsync(Queues.Analyze, Token);
        var mover = await StartAsync(builder => builder.AddHandler(Queues.Analyze, new ScriptedHandler(), options => options.SuspectQueue = Queues.Suspects));
        await Raw.BecomesAsync(Queues.Suspects, 1, Token);
        await mover.StopAsync(Token);

        foreach (var _ in Enumerable.Range(0, 3))
        {
            await Raw.CrashOnAsync(Queues.Suspects, Token);
        }

        var dead = await Raw.TakeAsync(Queues.Dead, Token);
        Assert.Equal(("a", "id-a"), (dead.Text, dead.Result.BasicProperties.MessageId));
        Assert.Equal((Queues.Analyze, "crashed_worker", 4), (dead.DeadLetter.Origin, dead.DeadLetter.Reason, dead.DeadLetter.Attempts));
        await SettledAsync(Queues.Suspects);
    }

    [Fact]
    public async Task Several_batches_at_once_are_all_settled()
    {
        var running = 0;
        var most = 0;
        var handler = new ScriptedHandler(async (batch, cancellationToken) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref running));
            await Task.Delay(Random.Shared.Next(10), cancellationToken);
            Interlocked.Decrement(ref running);
            if (batch.Any(delivery => ScriptedHandler.Text(delivery) is "100" or "300"))
            {
                throw new InvalidOperationException("poison");
            }
        });
        await Raw.DeclareQuorumAsync(TestQueue);
        var service = await StartAsync();
        await service.Publisher.PublishBatchAsync(TestQueue, Outgoing.Messages(500), Token);
        await StartAsync(builder => builder.AddHandler(TestQueue, handler, options =>
            (options.Concurrency, options.BatchSize, options.Prefetch, options.MaxAttempts) = (4, 10, 100, 1)));

        await Until(() => handler.Handled.Count == 498);
        await Raw.BecomesAsync(Queues.Dead, 2, Token);
        await SettledAsync(TestQueue);
        Assert.Equal(498, handler.Texts.Distinct().Count());
        Assert.InRange(most, 2, 4);
    }

    [Fact]
    public async Task At_a_stop_what_was_begun_is_finished_and_the_rest_goes_back()
    {
        var busy = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new ScriptedHandler((_, _) => busy.Task);
        await Raw.DeclareQuorumAsync(TestQueue);
        var service = await StartAsync();
        await service.Publisher.PublishBatchAsync(TestQueue, Outgoing.Messages(30), Token);
        var stopping = await StartAsync(builder => builder.AddHandler(TestQueue, handler, options => options.BatchSize = 10));
        await Until(() => handler.Calls.Count == 1);
        await Raw.BecomesAsync(TestQueue, 0, Token);
        var begun = handler.Calls[0].Count;

        var stop = stopping.StopAsync(Token);
        Assert.False(stop.IsCompleted);
        busy.SetResult();
        await stop;

        Assert.Single(handler.Calls);
        Assert.Equal(begun, handler.Handled.Count);
        await Raw.BecomesAsync(TestQueue, 30 - begun, Token);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_what_is_down()
    {
        var handler = new ScriptedHandler((_, _) => throw new TimeoutException("database"));
        var service = await StartAsync(builder => builder.AddHandler(Queues.Results, handler, options =>
        {
            options.IsTransient = _ => true;
            options.RetryDelay = TimeSpan.FromMinutes(10);
            options.LongestRetryDelay = TimeSpan.FromMinutes(10);
        }));
        await service.Publisher.PublishAsync(Queues.Results, Outgoing.Message("a"), Token);
        await Until(() => handler.Calls.Count == 1);

        await service.StopAsync(Token).WaitAsync(TimeSpan.FromSeconds(10), Token);

        await Raw.BecomesAsync(Queues.Results, 1, Token);
    }

    [Fact]
    public async Task A_handler_that_does_not_end_is_told_when_the_host_loses_patience()
    {
        var handler = new ScriptedHandler((_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken));
        var service = await StartAsync(builder => builder.AddHandler(Queues.Results, handler));
        await service.Publisher.PublishAsync(Queues.Results, Outgoing.Message("a"), Token);
        await Until(() => handler.Calls.Count == 1);

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromMilliseconds(300));
        await Record.ExceptionAsync(() => service.StopAsync(patience.Token));

        await Raw.BecomesAsync(Queues.Results, 1, Token);
        Assert.Equal(0, await Raw.CountAsync(Queues.Dead));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    private sealed class JobHandler : IBatchHandler<AnalyzeJob>
    {
        public TaskCompletionSource<Delivery<AnalyzeJob>> Delivered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task HandleAsync(IReadOnlyList<Delivery<AnalyzeJob>> batch, CancellationToken cancellationToken)
        {
            Delivered.TrySetResult(batch[0]);
            return Task.CompletedTask;
        }
    }
}
