using Aspire.RabbitMQ.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Aspire.Components.Tests.RabbitMQ;

/// <summary>What is registered and how it is configured; no broker is needed for that.</summary>
public sealed class RabbitMQSettingsTests
{
    private const string Section = "Aspire:RabbitMQ:Client";

    [Fact]
    public void The_defaults_are_the_real_packages()
    {
        var settings = ReadSettings(TestApplication.CreateBuilder());

        Assert.Null(settings.ConnectionString);
        Assert.Equal(5, settings.MaxConnectRetryCount);
        Assert.False(settings.DisableHealthChecks);
        Assert.False(settings.DisableTracing);
        Assert.True(settings.DisableAutoActivation);
    }

    [Fact]
    public void The_section_is_overruled_by_the_named_section_that_by_the_connection_string_and_all_by_the_lambda()
    {
        var builder = TestApplication.CreateBuilder(
            ($"{Section}:ConnectionString", "amqp://section"),
            ($"{Section}:MaxConnectRetryCount", "7"),
            ($"{Section}:DisableTracing", "true"),
            ($"{Section}:mq:ConnectionString", "amqp://named"),
            ($"{Section}:mq:MaxConnectRetryCount", "9"),
            ("ConnectionStrings:mq", "amqp://connectionstring"));

        var settings = ReadSettings(builder, settings => settings.DisableHealthChecks = true);

        Assert.Equal("amqp://connectionstring", settings.ConnectionString);
        Assert.Equal(9, settings.MaxConnectRetryCount);
        Assert.True(settings.DisableTracing);
        Assert.True(settings.DisableHealthChecks);
    }

    [Fact]
    public void Without_a_connection_string_the_named_section_gives_the_address()
    {
        var builder = TestApplication.CreateBuilder(
            ($"{Section}:ConnectionString", "amqp://section"),
            ($"{Section}:mq:ConnectionString", "amqp://named"));

        Assert.Equal("amqp://named", ReadSettings(builder).ConnectionString);
    }

    [Fact]
    public void The_factory_section_is_overruled_by_the_named_one_that_by_the_address_and_all_by_the_lambda()
    {
        var builder = TestApplication.CreateBuilder(
            ($"{Section}:ConnectionFactory:HostName", "section"),
            ($"{Section}:ConnectionFactory:VirtualHost", "section"),
            ($"{Section}:ConnectionFactory:ClientProvidedName", "section"),
            ($"{Section}:ConnectionFactory:RequestedHeartbeat", "00:00:11"),
            ($"{Section}:mq:ConnectionFactory:ClientProvidedName", "named"),
            ($"{Section}:mq:ConnectionFactory:RequestedChannelMax", "12"),
            ("ConnectionStrings:mq", "amqp://user:word@address:1234"));
        builder.AddRabbitMQClient("mq", configureConnectionFactory: factory => factory.RequestedChannelMax = 13);

        var factory = ResolveFactory(builder);

        Assert.Equal("address", factory.HostName);
        Assert.Equal(1234, factory.Port);
        Assert.Equal("user", factory.UserName);
        Assert.Equal("word", factory.Password);
        Assert.Equal("section", factory.VirtualHost);
        Assert.Equal("named", factory.ClientProvidedName);
        Assert.Equal(TimeSpan.FromSeconds(11), factory.RequestedHeartbeat);
        Assert.Equal(13, factory.RequestedChannelMax);
    }

    [Fact]
    public void Without_any_address_it_is_the_local_broker()
    {
        var builder = TestApplication.CreateBuilder();
        builder.AddRabbitMQClient("mq");

        var factory = ResolveFactory(builder);

        Assert.Equal("localhost", factory.HostName);
        Assert.Equal(5672, factory.Endpoint.Port);
    }

    [Fact]
    public void Health_checks_are_named_after_the_key_carry_no_tags_and_can_be_left_out()
    {
        var builder = TestApplication.CreateBuilder();
        builder.AddRabbitMQClient("a");
        builder.AddRabbitMQClient("a");
        builder.AddKeyedRabbitMQClient("b");
        builder.AddKeyedRabbitMQClient("c", settings => settings.DisableHealthChecks = true);
        using var host = builder.Build();

        var checks = host.Services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations;

        Assert.Equal(["RabbitMQ.Client", "RabbitMQ.Client_b"], checks.Select(check => check.Name));
        Assert.All(checks, check => Assert.Equal(HealthStatus.Unhealthy, check.FailureStatus));
        Assert.All(checks, check => Assert.Empty(check.Tags));
    }

    [Fact]
    public void Names_must_be_given()
    {
        var builder = TestApplication.CreateBuilder();

        Assert.Throws<ArgumentNullException>(() => builder.AddRabbitMQClient(null!));
        Assert.Throws<ArgumentException>(() => builder.AddRabbitMQClient(""));
        Assert.Throws<ArgumentNullException>(() => builder.AddKeyedRabbitMQClient(null!));
        Assert.Throws<ArgumentException>(() => builder.AddKeyedRabbitMQClient(""));
        Assert.Throws<ArgumentNullException>(() => ((IHostApplicationBuilder)null!).AddRabbitMQClient("mq"));
    }

    private static RabbitMQClientSettings ReadSettings(HostApplicationBuilder builder, Action<RabbitMQClientSettings>? configure = null)
    {
        RabbitMQClientSettings? seen = null;
        builder.AddRabbitMQClient("mq", settings =>
        {
            configure?.Invoke(settings);
            seen = settings;
        });
        return seen!;
    }

    private static ConnectionFactory ResolveFactory(HostApplicationBuilder builder)
    {
        using var host = builder.Build();
        return Assert.IsType<ConnectionFactory>(host.Services.GetRequiredService<IConnectionFactory>());
    }
}
