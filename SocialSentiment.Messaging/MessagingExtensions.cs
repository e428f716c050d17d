using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using SocialSentiment.ServiceDefaults.Health;
using SocialSentiment.ServiceDefaults.Options;

namespace SocialSentiment.Messaging;

public static class MessagingExtensions
{
    private const string LogCategory = "SocialSentiment.Messaging.Consumer";

    /// <summary>
    /// Adds the broker connection and its health check, the topology, <see cref="Publisher"/>, <see cref="RpcClient"/> and
    /// <see cref="QueueInspector"/>. The connection is opened in the background and for as long as it takes: a service
    /// starts, stays up and says what it lacks when there is no broker. Call it before anything that consumes, so that the
    /// connection is closed last.
    /// </summary>
    public static void AddMessaging(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<MessagingOptions>("Messaging");
        builder.AddRabbitMQClient(
            "rabbitmq",
            settings =>
            {
                // Asking the container for the package's own IConnection blocks a thread until the broker answers and
                // throws when it does not; BrokerConnection takes the package's connection factory instead.
                settings.DisableHealthChecks = true;

                // MessageTracing makes the spans.
                settings.DisableTracing = true;
            },
            factory =>
            {
                factory.AutomaticRecoveryEnabled = false;
                factory.TopologyRecoveryEnabled = false;
                factory.RequestedConnectionTimeout = TimeSpan.FromSeconds(5);
                factory.ContinuationTimeout = TimeSpan.FromSeconds(10);
                factory.ClientProvidedName = builder.Environment.ApplicationName;
            });

        var services = builder.Services;
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<MessagingMetrics>();
        services.AddSingleton<BrokerTopology>();
        services.AddSingleton(provider =>
        {
            var factory = provider.GetRequiredService<IConnectionFactory>();
            factory.RequestedHeartbeat = provider.GetRequiredService<IOptions<MessagingOptions>>().Value.Heartbeat;
            return new BrokerConnection(factory, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<BrokerConnection>>());
        });
        services.AddHostedService(provider => provider.GetRequiredService<BrokerConnection>());
        services.AddSingleton(provider => new Publisher(
            provider.GetRequiredService<BrokerConnection>(),
            provider.GetRequiredService<BrokerTopology>(),
            provider.GetRequiredService<MessagingMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IOptions<MessagingOptions>>()));
        services.AddSingleton(provider => new RpcClient(
            provider.GetRequiredService<BrokerConnection>(),
            provider.GetRequiredService<BrokerTopology>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<QueueInspector>();
        services.AddHealthChecks().AddCheck<BrokerHealthCheck>("rabbitmq", tags: [HealthTags.Dependency]);
    }

    /// <summary>Has <typeparamref name="THandler"/> work on what arrives in a queue.</summary>
    /// <typeparam name="TMessage">A type that <c>ContractsJson</c> knows, or <c>byte[]</c> for the body as it is.</typeparam>
    public static void AddBatchConsumer<TMessage, THandler>(this IHostApplicationBuilder builder, string queue, Action<ConsumerOptions>? configure = null)
        where THandler : class, IBatchHandler<TMessage>
    {
        var options = Configured(configure);
        builder.Services.TryAddScoped<THandler>();
        builder.Services.AddSingleton<IHostedService>(provider => Loop(provider, queue, new BatchConsumer<TMessage>(
            provider.GetRequiredService<Publisher>(),
            queue,
            options,
            async (batch, cancellationToken) =>
            {
                await using var scope = provider.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<THandler>().HandleAsync(batch, cancellationToken);
            },
            provider.GetRequiredService<MessagingMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            Logger(provider))));
    }

    /// <summary>Has <typeparamref name="TListener"/>, a singleton, hear what is broadcast on an exchange.</summary>
    public static void AddBroadcastListener<TListener>(this IHostApplicationBuilder builder, string exchange)
        where TListener : class, IBroadcastListener
    {
        builder.Services.TryAddSingleton<TListener>();
        builder.Services.AddSingleton<IHostedService>(provider => Loop(provider, exchange, new BroadcastConsumer(
            exchange,
            provider.GetRequiredService<TListener>(),
            provider.GetRequiredService<MessagingMetrics>())));
    }

    /// <summary>Has <typeparamref name="THandler"/> answer the requests in a queue, as many at once as the prefetch allows.</summary>
    public static void AddRpcServer<TRequest, TResponse, THandler>(this IHostApplicationBuilder builder, string queue, Action<ConsumerOptions>? configure = null)
        where THandler : class, IRpcHandler<TRequest, TResponse>
    {
        var options = Configured(configure);
        builder.Services.TryAddScoped<THandler>();
        builder.Services.AddSingleton<IHostedService>(provider => Loop(provider, queue, new RpcServer<TRequest, TResponse>(
            provider.GetRequiredService<BrokerConnection>(),
            queue,
            options,
            async (request, context, cancellationToken) =>
            {
                await using var scope = provider.CreateAsyncScope();
                return await scope.ServiceProvider.GetRequiredService<THandler>().HandleAsync(request, context, cancellationToken);
            },
            provider.GetRequiredService<MessagingMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            Logger(provider))));
    }

    private static ConsumerLoop Loop(IServiceProvider provider, string source, IConsumption consumption) => new(
        provider.GetRequiredService<BrokerConnection>(),
        provider.GetRequiredService<BrokerTopology>(),
        source,
        consumption,
        provider.GetRequiredService<TimeProvider>(),
        Logger(provider));

    private static ILogger Logger(IServiceProvider provider) => provider.GetRequiredService<ILoggerFactory>().CreateLogger(LogCategory);

    private static ConsumerOptions Configured(Action<ConsumerOptions>? configure)
    {
        var options = new ConsumerOptions();
        configure?.Invoke(options);
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        return options;
    }
}
