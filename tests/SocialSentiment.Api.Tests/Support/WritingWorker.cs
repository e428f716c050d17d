using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Models;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests.Support;

/// <summary>
/// Says on the broker what a worker says that drafts replies, when a test has it do so: it holds every order until it is
/// told what to make of it.
/// </summary>
internal sealed class WritingWorker : IBatchHandler<ReplyJob>, IBroadcastListener, IAsyncDisposable
{
    public const string Name = "writer-1";

    private readonly IHost _host;
    private readonly ConcurrentDictionary<Guid, (ReplyJob Job, TaskCompletionSource Release)> _orders = new();
    private readonly ConcurrentDictionary<Guid, bool> _unwanted = new();

    private readonly CancellationTokenSource _end = new();
    private Task _announcing = Task.CompletedTask;

    private WritingWorker(string broker, StandInWorker voice)
    {
        Voice = voice;
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:rabbitmq", broker)]);
        builder.AddServiceDefaults();
        builder.AddMessaging();
        builder.Services.AddSingleton(this);
        builder.AddBatchConsumer<ReplyJob, WritingWorker>(Queues.Replies, consumer =>
        {
            (consumer.Prefetch, consumer.BatchSize, consumer.Concurrency) = (100, 1, 100);
            consumer.RetryDelay = TimeSpan.FromMilliseconds(1);
        });
        builder.AddBroadcastListener<WritingWorker>(Queues.ReplyProgress);
        _host = builder.Build();
    }

    public StandInWorker Voice { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Publisher Publisher => _host.Services.GetRequiredService<Publisher>();

    public static async Task<WritingWorker> StartAsync(string broker)
    {
        var worker = new WritingWorker(broker, await StandInWorker.StartAsync(broker));
        await worker._host.StartAsync(Token);
        await worker.Voice.SayAsync(Models);
        worker._announcing = worker.KeepAnnouncingAsync();
        return worker;
    }

    private static ModelListResponse Models => StandInWorker.List(
        Name,
        "compact",
        StandInWorker.Model("compact", ModelState.Loaded, active: true),
        StandInWorker.Model("writer", ModelState.Present, task: "generation"),
        StandInWorker.Model("absent", ModelState.Absent, task: "generation"));

    /// <summary>The order, once it has come.</summary>
    public async Task<ReplyJob> ReceiveAsync(Guid order)
    {
        await Eventually.TrueAsync(() => Task.FromResult(_orders.ContainsKey(order)), Token);
        return _orders[order].Job;
    }

    public IEnumerable<ReplyJob> Orders => _orders.Values.Select(held => held.Job);

    public Task UnwantedAsync(Guid order) => Eventually.TrueAsync(() => Task.FromResult(_unwanted.ContainsKey(order)), Token);

    public Task TellAsync(Guid order, Guid run, params string?[] texts)
        => Eventually.TrueAsync(
            () => Publisher.BroadcastAsync(Queues.ReplyProgress, JsonSerializer.SerializeToUtf8Bytes(new ReplyNotice(new ReplyProgress(order, run, texts)), ContractsJson.Default.ReplyNotice), Token),
            Token);

    /// <summary>Sends drafts and lets go of the order.</summary>
    public async Task WriteAsync(Guid order, params string[] texts)
    {
        var result = new ReplyResult(
            order, SentimentLabel.Negative, [.. texts.Select((text, i) => new WrittenReply(text, ReplySource.Model, "writer", "1", 0.9 - (0.1 * i)))], Note: null, Name, DateTimeOffset.UtcNow);
        await Publisher.PublishAsync(Queues.ReplyResults, new OutgoingMessage<ReplyResult>(result, order.ToString("N")), Token);
        LetGo(order);
    }

    /// <summary>The worker is done with the order, whatever came of it.</summary>
    public void LetGo(Guid order)
    {
        if (_orders.TryGetValue(order, out var held))
        {
            held.Release.TrySetResult();
        }
    }

    /// <summary>The worker cannot carry it out, now or ever.</summary>
    public async Task FailAsync(Guid order)
    {
        await ReceiveAsync(order);
        _orders[order].Release.TrySetException(new InvalidOperationException("This worker cannot write."));
    }

    public Task HandleAsync(IReadOnlyList<Delivery<ReplyJob>> batch, CancellationToken cancellationToken)
        => _orders.GetOrAdd(batch[0].Body.JobId, _ => (batch[0].Body, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))).Release.Task.WaitAsync(cancellationToken);

    public Task OnConnectedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task OnMessageAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (JsonSerializer.Deserialize(body.Span, ContractsJson.Default.ReplyNotice)?.Cancelled is { } order)
        {
            _unwanted[order] = true;
        }

        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _announcing;
        _end.Dispose();
        foreach (var held in _orders.Values)
        {
            held.Release.TrySetResult();
        }

        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        Voice.Dispose();
    }

    /// <summary>As workers do: who is silent is gone.</summary>
    private async Task KeepAnnouncingAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5));
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                await Publisher.TellAsync(new ModelNotice(Name, Models: Models), _end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
