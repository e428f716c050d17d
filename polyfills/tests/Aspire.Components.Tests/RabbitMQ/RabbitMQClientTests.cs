using System.Diagnostics;
using System.Net.Sockets;
using Aspire.Components.Tests.Servers;
using Aspire.Components.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Aspire.Components.Tests.RabbitMQ;

/// <summary>Against a real broker, and against none.</summary>
public sealed class RabbitMQClientTests(RabbitMQServer server) : IClassFixture<RabbitMQServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connects_once_and_only_when_it_is_asked_to()
    {
        var builder = TestApplication.CreateBuilder(("ConnectionStrings:mq", server.ConnectionString));
        var telemetry = new TelemetryCollector(builder.Services);
        builder.AddRabbitMQClient("mq", configureConnectionFactory: factory => factory.ClientProvidedName = "lazy");
        using var host = builder.Build();
        TelemetryCollector.Start(host.Services);

        await host.StartAsync(Cancellation);
        Assert.Empty(telemetry.Spans);

        var connection = host.Services.GetRequiredService<IConnection>();
        Assert.True(connection.IsOpen);
        Assert.Equal("lazy", connection.ClientProvidedName);
        Assert.Same(connection, host.Services.GetRequiredService<IConnection>());
        Assert.Equal(HealthStatus.Healthy, (await host.Services.CheckHealthAsync("RabbitMQ.Client")).Status);
        Assert.Single(telemetry.Spans, span => span.OperationName == "rabbitmq connect");

        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Auto_activation_connects_while_the_host_starts()
    {
        var builder = TestApplication.CreateBuilder(("ConnectionStrings:mq", server.ConnectionString), ("ConnectionStrings:keyed", server.ConnectionString));
        var telemetry = new TelemetryCollector(builder.Services);
        builder.AddRabbitMQClient("mq", settings => settings.DisableAutoActivation = false);
        builder.AddKeyedRabbitMQClient("keyed", settings => settings.DisableAutoActivation = false);
        using var host = builder.Build();
        TelemetryCollector.Start(host.Services);

        await host.StartAsync(Cancellation);

        Assert.Equal(2, telemetry.Spans.Count(span => span.OperationName == "rabbitmq connect"));
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Auto_activation_fails_the_start_when_there_is_no_broker()
    {
        var builder = TestApplication.CreateBuilder(("ConnectionStrings:mq", $"amqp://127.0.0.1:{LocalProcess.FreePort()}"));
        builder.AddRabbitMQClient("mq", settings => (settings.DisableAutoActivation, settings.MaxConnectRetryCount) = (false, 0));
        using var host = builder.Build();

        await Assert.ThrowsAsync<BrokerUnreachableException>(() => host.StartAsync(Cancellation));
    }

    [Fact]
    public async Task Keyed_clients_have_connections_and_health_of_their_own()
    {
        var builder = TestApplication.CreateBuilder(
            ("ConnectionStrings:good", server.ConnectionString),
            ("ConnectionStrings:bad", $"amqp://127.0.0.1:{LocalProcess.FreePort()}"),
            ("Aspire:RabbitMQ:Client:bad:MaxConnectRetryCount", "0"));
        builder.AddKeyedRabbitMQClient("good");
        builder.AddKeyedRabbitMQClient("bad");
        using var host = builder.Build();

        Assert.True(host.Services.GetRequiredKeyedService<IConnection>("good").IsOpen);
        Assert.Throws<BrokerUnreachableException>(() => host.Services.GetRequiredKeyedService<IConnection>("bad"));
        Assert.Null(host.Services.GetService<IConnection>());
        Assert.Equal(HealthStatus.Healthy, (await host.Services.CheckHealthAsync("RabbitMQ.Client_good")).Status);

        var bad = await host.Services.CheckHealthAsync("RabbitMQ.Client_bad");
        Assert.Equal(HealthStatus.Unhealthy, bad.Status);
        Assert.IsType<BrokerUnreachableException>(bad.Exception);
    }

    [Fact]
    public void Every_attempt_to_connect_is_a_span_below_the_whole()
    {
        var port = LocalProcess.FreePort();
        var builder = TestApplication.CreateBuilder(("ConnectionStrings:mq", $"amqp://127.0.0.1:{port}"));
        var telemetry = new TelemetryCollector(builder.Services);
        builder.AddRabbitMQClient("mq", settings => settings.MaxConnectRetryCount = 1);
        using var host = builder.Build();
        TelemetryCollector.Start(host.Services);

        Assert.Throws<BrokerUnreachableException>(() => host.Services.GetRequiredService<IConnection>());

        var whole = Assert.Single(telemetry.Spans, span => span.OperationName == "rabbitmq connect");
        Assert.Equal(ActivityKind.Client, whole.Kind);
        Assert.Equal("127.0.0.1", whole.GetTagItem("server.address"));
        Assert.Equal(port, whole.GetTagItem("server.port"));
        var attempts = telemetry.Spans.Where(span => span.OperationName == "rabbitmq connect attempt").ToList();
        Assert.Equal(2, attempts.Count);
        Assert.All(attempts, attempt =>
        {
            Assert.Equal(whole.SpanId, attempt.ParentSpanId);
            Assert.Equal(ActivityStatusCode.Error, attempt.Status);
            Assert.Equal(typeof(BrokerUnreachableException).FullName, attempt.GetTagItem("exception.type"));
        });
    }

    [Fact]
    public async Task Publishing_is_traced()
    {
        Assert.Contains("RabbitMQ.Client.Publisher", (await PublishAsync(disableTracing: false)).Spans.Select(span => span.Source.Name));
    }

    [Fact]
    public async Task Tracing_can_be_left_out()
    {
        Assert.Empty((await PublishAsync(disableTracing: true)).Spans);
    }

    [Fact]
    public void A_broker_that_refuses_at_first_is_asked_again()
    {
        var refusals = 1;
        var builder = TestApplication.CreateBuilder(("ConnectionStrings:mq", server.ConnectionString));
        builder.AddRabbitMQClient("mq", configureConnectionFactory: factory =>
        {
            var open = factory.SocketFactory;
            factory.SocketFactory = family => refusals-- > 0 ? throw new SocketException((int)SocketError.ConnectionRefused) : open(family);
        });
        using var host = builder.Build();

        Assert.True(host.Services.GetRequiredService<IConnection>().IsOpen);
        Assert.True(refusals < 0);
    }

    [Fact]
    public async Task Health_and_log_follow_the_broker_down_and_up_again()
    {
        await using var mortal = new RabbitMQServer();
        await mortal.InitializeAsync();
        var builder = TestApplication.CreateBuilder(("ConnectionStrings:mq", mortal.ConnectionString));
        var log = new LogRecorder();
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        builder.AddRabbitMQClient("mq", configureConnectionFactory: factory => factory.NetworkRecoveryInterval = TimeSpan.FromMilliseconds(100));
        using var host = builder.Build();
        await host.Services.WaitForHealthAsync("RabbitMQ.Client", HealthStatus.Healthy);

        await mortal.CrashAsync();
        await host.Services.WaitForHealthAsync("RabbitMQ.Client", HealthStatus.Unhealthy);

        await mortal.StartAsync();
        await host.Services.WaitForHealthAsync("RabbitMQ.Client", HealthStatus.Healthy);

        // The client tells of its troubles through an event source; the application finds them in its log.
        var lines = log.Lines.Where(line => line.Category == "RabbitMQ.Client").ToList();
        Assert.Contains(lines, line => line.Level == LogLevel.Information && line.Message.Length > 0);
        Assert.Contains(lines, line => line.Level == LogLevel.Error && line.Attributes.ContainsKey("exception.type"));
    }

    private async Task<TelemetryCollector> PublishAsync(bool disableTracing)
    {
        var builder = TestApplication.CreateBuilder(("ConnectionStrings:mq", server.ConnectionString));
        var telemetry = new TelemetryCollector(builder.Services);
        builder.AddRabbitMQClient("mq", settings => settings.DisableTracing = disableTracing);
        using var host = builder.Build();
        TelemetryCollector.Start(host.Services);

        await using var channel = await host.Services.GetRequiredService<IConnection>().CreateChannelAsync(cancellationToken: Cancellation);
        var queue = await channel.QueueDeclareAsync(cancellationToken: Cancellation);
        await channel.BasicPublishAsync(exchange: "", queue.QueueName, "hello"u8.ToArray(), Cancellation);
        var message = await channel.BasicGetAsync(queue.QueueName, autoAck: true, Cancellation);
        Assert.Equal("hello"u8, message!.Body.Span);
        return telemetry;
    }
}
