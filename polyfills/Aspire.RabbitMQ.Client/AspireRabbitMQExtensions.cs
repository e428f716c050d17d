using Aspire;
using Aspire.RabbitMQ.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry.Trace;
using RabbitMQ.Client;

namespace Microsoft.Extensions.Hosting;

/// <summary>Registers RabbitMQ connections, with retries, health, logging and tracing.</summary>
public static class AspireRabbitMQExtensions
{
    private const string Section = "Aspire:RabbitMQ:Client";

    /// <summary>Registers a singleton <see cref="IConnection"/> and its <see cref="IConnectionFactory"/>.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="connectionName">The name of the connection string, and of the section below "Aspire:RabbitMQ:Client".</param>
    /// <param name="configureSettings">Has the last word over the settings.</param>
    /// <param name="configureConnectionFactory">Has the last word over the connection factory.</param>
    public static void AddRabbitMQClient(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<RabbitMQClientSettings>? configureSettings = null,
        Action<ConnectionFactory>? configureConnectionFactory = null)
        => Add(builder, connectionName, serviceKey: null, configureSettings, configureConnectionFactory);

    /// <summary>Registers a singleton <see cref="IConnection"/> and its <see cref="IConnectionFactory"/> under a key.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The key; also the name of the connection string, and of the section below "Aspire:RabbitMQ:Client".</param>
    /// <param name="configureSettings">Has the last word over the settings.</param>
    /// <param name="configureConnectionFactory">Has the last word over the connection factory.</param>
    public static void AddKeyedRabbitMQClient(
        this IHostApplicationBuilder builder,
        string name,
        Action<RabbitMQClientSettings>? configureSettings = null,
        Action<ConnectionFactory>? configureConnectionFactory = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Add(builder, name, serviceKey: name, configureSettings, configureConnectionFactory);
    }

    private static void Add(
        IHostApplicationBuilder builder,
        string connectionName,
        string? serviceKey,
        Action<RabbitMQClientSettings>? configureSettings,
        Action<ConnectionFactory>? configureConnectionFactory)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);

        var section = builder.Configuration.GetSection(Section);
        IConfigurationSection[] sections = [section, section.GetSection(connectionName)];
        var settings = ReadSettings(builder.Configuration, sections, connectionName);
        configureSettings?.Invoke(settings);

        // A null key makes these plain, unkeyed services.
        var services = builder.Services;
        services.AddSingleton<RabbitMQEventSourceLogForwarder>();
        services.AddKeyedSingleton<IConnectionFactory>(serviceKey, (provider, _) =>
        {
            provider.GetRequiredService<RabbitMQEventSourceLogForwarder>().Start();
            return CreateFactory(sections, settings.ConnectionString, configureConnectionFactory);
        });
        services.AddKeyedSingleton(serviceKey, (provider, _) =>
            RabbitMQConnector.Connect(provider.GetRequiredKeyedService<IConnectionFactory>(serviceKey), settings.MaxConnectRetryCount));

        if (!settings.DisableAutoActivation)
        {
            services.AddSingleton<IHostedService>(provider => new RabbitMQConnectionActivator(provider, serviceKey));
        }

        if (!settings.DisableTracing)
        {
            services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddSource(RabbitMQConnector.ActivitySourceName, "RabbitMQ.Client.*"));
        }

        if (!settings.DisableHealthChecks)
        {
            var name = serviceKey is null ? "RabbitMQ.Client" : $"RabbitMQ.Client_{serviceKey}";
            builder.TryAddHealthCheck(name, checks => checks.Add(new HealthCheckRegistration(
                name, provider => new RabbitMQHealthCheck(provider, serviceKey), failureStatus: null, tags: null)));
        }
    }

    private static RabbitMQClientSettings ReadSettings(IConfiguration configuration, IConfigurationSection[] sections, string connectionName)
    {
        var settings = new RabbitMQClientSettings();
        foreach (var section in sections)
        {
            section.Bind(settings);
        }

        settings.ConnectionString = configuration.GetConnectionString(connectionName) ?? settings.ConnectionString;
        return settings;
    }

    private static ConnectionFactory CreateFactory(IConfigurationSection[] sections, string? connectionString, Action<ConnectionFactory>? configure)
    {
        var factory = new ConnectionFactory();
        foreach (var section in sections)
        {
            section.GetSection("ConnectionFactory").Bind(factory);
        }

        // Without a connection string the factory's own default stands: amqp://localhost:5672.
        if (!string.IsNullOrEmpty(connectionString))
        {
            factory.Uri = new Uri(connectionString);
        }

        configure?.Invoke(factory);
        return factory;
    }
}
