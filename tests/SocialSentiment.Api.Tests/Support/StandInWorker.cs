using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Models;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests.Support;

/// <summary>Says on the broker what workers say there, and hears who asks.</summary>
internal sealed class StandInWorker : IBroadcastListener, IDisposable
{
    private readonly ConcurrentBag<string> _asked = [];
    private readonly IHost _host;
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StandInWorker(string broker)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:rabbitmq", broker)]);
        builder.AddServiceDefaults();
        builder.AddMessaging();
        builder.Services.AddSingleton(this);
        builder.AddBroadcastListener<StandInWorker>(Queues.Models);
        _host = builder.Build();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public Publisher Publisher => _host.Services.GetRequiredService<Publisher>();

    public static async Task<StandInWorker> StartAsync(string broker)
    {
        var worker = new StandInWorker(broker);
        await worker._host.StartAsync(Token);
        await worker._connected.Task.WaitAsync(TimeSpan.FromSeconds(60), Token);
        return worker;
    }

    public static ModelListResponse List(string replica, string active, params IReadOnlyList<ModelResponse> models)
        => new(active, $"{active}-1", replica, "cpu", Note: null, Offline: false, "https://hub.example", 100, 1_000, models);

    public static ModelResponse Model(string key, ModelState state, bool active = false, string task = "sentiment")
        => new(
            key, key.ToUpperInvariant(), $"The model {key}.", state, active, [task], "classifier", "embedded", Repository: null, Revision: null, "MIT", ["en"], Labels: null, SaysNeutral: true,
            Members: null, Version: "1", Versions: [], SizeBytes: 7, state == ModelState.Loaded ? new LoadedModelResponse("1", "int8", 3, Note: null, 50, DateTimeOffset.UnixEpoch, 0) : null,
            Download: null, Reason: null, Card: null);

    /// <summary>A notice is a hint, lost while the line is down; here it has to be on its way.</summary>
    public Task SayAsync(ModelNotice notice)
        => Eventually.TrueAsync(() => Publisher.TellAsync(notice, Token), Token);

    public Task SayAsync(ModelListResponse list) => SayAsync(new ModelNotice(list.Replica, Models: list));

    public Task LeaveAsync(string replica) => SayAsync(new ModelNotice(replica, Leaves: true));

    public Task AskedByAsync(string name) => Eventually.TrueAsync(() => Task.FromResult(_asked.Contains(name)), Token);

    public Task OnConnectedAsync(CancellationToken cancellationToken)
    {
        _connected.TrySetResult();
        return Task.CompletedTask;
    }

    public Task OnMessageAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (ModelNotices.Read(body) is { Asks: true } notice)
        {
            _asked.Add(notice.From);
        }

        return Task.CompletedTask;
    }

    public void Dispose() => _host.Dispose();
}
