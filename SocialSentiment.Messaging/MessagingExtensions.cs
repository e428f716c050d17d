using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SocialSentiment.ServiceDefaults.Health;

namespace SocialSentiment.Messaging;

public static class MessagingExtensions
{
    /// <summary>
    /// Adds the broker connection and its health check. The connection is opened in the background and for as long as it
    /// takes: a service starts, stays up and says what it lacks when there is no broker.
    /// </summary>
    public static void AddMessaging(this IHostApplicationBuilder builder)
    {
        builder.AddRabbitMQClient(
            "rabbitmq",
            // Asking the container for the package's own IConnection blocks a thread until the broker answers and throws
            // when it does not; BrokerConnection takes the package's connection factory instead.
            settings => settings.DisableHealthChecks = true,
            factory =>
            {
                factory.AutomaticRecoveryEnabled = true;
                factory.NetworkRecoveryInterval = TimeSpan.FromSeconds(2);
                factory.RequestedConnectionTimeout = TimeSpan.FromSeconds(5);
                factory.RequestedHeartbeat = TimeSpan.FromSeconds(15);
                factory.ClientProvidedName = builder.Environment.ApplicationName;
            });

        builder.Services.AddSingleton<BrokerConnection>();
        builder.Services.AddHostedService(services => services.GetRequiredService<BrokerConnection>());
        builder.Services.AddHealthChecks().AddCheck<BrokerHealthCheck>("rabbitmq", tags: [HealthTags.Dependency]);
    }
}
