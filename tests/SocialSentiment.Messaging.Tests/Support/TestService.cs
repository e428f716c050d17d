using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SocialSentiment.Testing;

namespace SocialSentiment.Messaging.Tests;

/// <summary>A host with messaging and what the test adds to it.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private readonly IHost _host;
    private bool _stopped;

    private TestService(IHost host, LogLines log)
    {
        _host = host;
        Log = log;
    }

    public LogLines Log { get; }

    public Publisher Publisher => _host.Services.GetRequiredService<Publisher>();

    public RpcClient Rpc => _host.Services.GetRequiredService<RpcClient>();

    public QueueInspector Inspector => _host.Services.GetRequiredService<QueueInspector>();

    public BrokerConnection Connection => _host.Services.GetRequiredService<BrokerConnection>();

    public IServiceProvider Services => _host.Services;

    public static async Task<TestService> StartAsync(
        string connectionString,
        Action<IHostApplicationBuilder>? configure,
        IEnumerable<(string Name, string Value)> settings,
        CancellationToken cancellationToken)
    {
        var log = new LogLines();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "test" });
        builder.Configuration.AddInMemoryCollection(
            [new("ConnectionStrings:rabbitmq", connectionString), .. settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Name, setting.Value))]);
        builder.Logging.AddProvider(log);
        builder.AddMessaging();
        configure?.Invoke(builder);
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new TestService(host, log);
    }

    public Task ConnectedAsync(CancellationToken cancellationToken)
        => Eventually.TrueAsync(() => Task.FromResult(Connection.Current is not null && Connection.Publishing.Current is not null), cancellationToken);

    public async Task<HealthReportEntry> HealthAsync(CancellationToken cancellationToken)
        => (await Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(cancellationToken)).Entries["rabbitmq"];

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_stopped)
        {
            _stopped = true;
            await _host.StopAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}

/// <summary>What was logged.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
    }
}
