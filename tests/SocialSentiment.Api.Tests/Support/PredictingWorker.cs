using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SocialSentiment.Api.Failsafe;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Models;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Contracts.Predictions;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults;
using Xunit;

namespace SocialSentiment.Api.Tests.Support;

/// <summary>
/// Answers requests for predictions at the real broker, in whatever way the test wants: every text is positive unless it is
/// told otherwise.
/// </summary>
internal sealed class PredictingWorker : IRpcHandler<PredictBatchRequest, PredictReply>, IAsyncDisposable
{
    private readonly IHost _host;
    private readonly StandInWorker _voice;
    private readonly string _name;
    private int _version = 1;

    private PredictingWorker(string broker, string name, StandInWorker voice)
    {
        (_name, _voice) = (name, voice);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:rabbitmq", broker)]);
        builder.AddServiceDefaults();
        builder.AddMessaging();
        builder.Services.AddSingleton(this);
        builder.AddRpcServer<PredictBatchRequest, PredictReply, PredictingWorker>(Queues.Predict);
        _host = builder.Build();
    }

    /// <summary>What it does with a request.</summary>
    public Func<PredictBatchRequest, CancellationToken, Task<PredictReply>>? Behaviour { get; set; }

    /// <summary>What callers wanted; probes come and go.</summary>
    public ConcurrentQueue<PredictBatchRequest> Asked { get; } = [];

    /// <summary>The version in which it answers.</summary>
    public string Version => $"compact-{_version}";

    public static async Task<PredictingWorker> StartAsync(string broker, string name = "worker-1")
    {
        var worker = new PredictingWorker(broker, name, await StandInWorker.StartAsync(broker));
        await worker._host.StartAsync(TestContext.Current.CancellationToken);
        await worker.AnnounceAsync();
        return worker;
    }

    /// <summary>Says what it has, as a worker does all the time.</summary>
    public Task AnnounceAsync() => _voice.SayAsync(StandInWorker.List(_name, "compact", StandInWorker.Model("compact", ModelState.Loaded, active: true), StandInWorker.Model("other", ModelState.Present)) with { ActiveVersion = Version });

    /// <summary>As if it had been restarted.</summary>
    public async Task AppearAsync()
    {
        await _voice.LeaveAsync(_name);
        await AnnounceAsync();
    }

    /// <summary>Another version of its model serves from now on.</summary>
    public Task SwapAsync()
    {
        _version++;
        return AnnounceAsync();
    }

    public async Task<PredictReply> HandleAsync(PredictBatchRequest request, RpcContext context, CancellationToken cancellationToken)
    {
        if (request.Texts is not [Prober.Text])
        {
            Asked.Enqueue(request);
        }

        return Behaviour is { } behaviour ? await behaviour(request, cancellationToken) : Positive(request);
    }

    public PredictReply Positive(PredictBatchRequest request)
        => new(new ModelPredictionBatch(
            [.. request.Texts!.Select(_ => new ModelPredictionItem(SentimentLabel.Positive, 0.9, new LabelProbabilities(0.02, 0.08, 0.9)))],
            request.Model ?? "compact",
            Version,
            "int8",
            request.Texts!.Count,
            0,
            1.5));

    /// <summary>Takes requests and never answers.</summary>
    public static Task<PredictReply> Hang(PredictBatchRequest request, CancellationToken cancellationToken)
        => Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith<PredictReply>(_ => throw new OperationCanceledException(cancellationToken), TaskScheduler.Default);

    public static Task<PredictReply> Refuse(PredictRefusalKind kind) => Task.FromResult(new PredictReply(null, new PredictRefusal(kind, $"It is {kind}.")));

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _voice.Dispose();
    }
}
