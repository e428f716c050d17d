using RabbitMQ.Client;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Messaging.Tests;

/// <summary>The broker that the tests share, one test at a time; each finds it empty and unblocked.</summary>
public sealed class BrokerFixture : IAsyncLifetime
{
    private TestRabbitMq? _broker;

    public TestRabbitMq Broker => _broker ?? throw new InvalidOperationException("The broker is not started.");

    public async ValueTask InitializeAsync() => _broker = await TestRabbitMq.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }
    }
}

[CollectionDefinition(Name)]
public sealed class SharedBroker : ICollectionFixture<BrokerFixture>
{
    public const string Name = "broker";
}

/// <summary>What tests with a broker have in common.</summary>
[Collection(SharedBroker.Name)]
public abstract class BrokerTest(BrokerFixture fixture) : IAsyncLifetime
{
    private static readonly string[] s_queues =
    [
        Queues.Analyze, Queues.Suspects, Queues.Results, Queues.Replies, Queues.Predict, Queues.Dead, TestQueue,
    ];

    private readonly List<TestService> _services = [];
    private RawBroker? _raw;

    protected const string TestQueue = "test";

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected TestRabbitMq Broker => fixture.Broker;

    /// <summary>The broker as a stranger sees it, past the library under test.</summary>
    private protected RawBroker Raw => _raw ?? throw new InvalidOperationException("There is no connection.");

    public async ValueTask InitializeAsync()
    {
        await ConnectRawAsync();
        foreach (var queue in s_queues)
        {
            await Raw.DeleteQueueAsync(queue);
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var service in _services)
        {
            await service.DisposeAsync();
        }

        await Raw.DisposeAsync();
    }

    private protected static Task Until(Func<bool> condition) => Eventually.TrueAsync(() => Task.FromResult(condition()), Token);

    /// <summary>Nothing is left to be delivered, not even now that those who had it are gone.</summary>
    private protected async Task SettledAsync(string queue)
    {
        foreach (var service in _services)
        {
            await service.StopAsync(Token);
        }

        await Eventually.GetAsync(() => Raw.StateAsync(queue), state => state == new QueueState(0, 0), Token);
    }

    /// <summary>After the broker was restarted.</summary>
    private protected async Task ConnectRawAsync()
    {
        if (_raw is not null)
        {
            await _raw.DisposeAsync();
        }

        _raw = await RawBroker.ConnectAsync(Broker.ConnectionString, Token);
    }

    /// <summary>Starts a process of the platform, as it were, and waits until it is connected.</summary>
    private protected async Task<TestService> StartAsync(
        Action<Microsoft.Extensions.Hosting.IHostApplicationBuilder>? configure = null,
        string? connectionString = null,
        bool connected = true,
        params (string Name, string Value)[] settings)
    {
        var service = await TestService.StartAsync(connectionString ?? Broker.ConnectionString, configure, settings, Token);
        _services.Add(service);
        if (connected)
        {
            await service.ConnectedAsync(Token);
        }

        return service;
    }
}
