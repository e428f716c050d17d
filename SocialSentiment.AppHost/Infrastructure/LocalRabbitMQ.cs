using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;

namespace SocialSentiment.AppHost.Infrastructure;

/// <summary>A RabbitMQ broker of this machine over a data folder of its own; offers what the container's resource offers.</summary>
internal sealed class LocalRabbitMQResource : ExecutableResource, IResourceWithConnectionString
{
    public const string PrimaryEndpointName = "tcp";
    public const string ManagementEndpointName = "management";
    public const string UserName = "guest";

    public LocalRabbitMQResource(string name, ParameterResource password)
        : base(name, "bash", AppContext.BaseDirectory)
    {
        PasswordParameter = password;
        PrimaryEndpoint = new(this, PrimaryEndpointName);
    }

    public ParameterResource PasswordParameter { get; }

    public EndpointReference PrimaryEndpoint { get; }

    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"amqp://{UserName}:{PasswordParameter:uri}@{PrimaryEndpoint.Property(EndpointProperty.HostAndPort)}");

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
    [
        new("Host", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Host)}")),
        new("Port", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Port)}")),
        new("Username", ReferenceExpression.Create($"{UserName}")),
        new("Password", ReferenceExpression.Create($"{PasswordParameter}")),
        new("Uri", ConnectionStringExpression),
    ];
}

internal static class LocalRabbitMQExtensions
{
    public static IResourceBuilder<LocalRabbitMQResource> AddLocalRabbitMQ(
        this IDistributedApplicationBuilder builder, string name, string program, string dataFolder, IResourceBuilder<ParameterResource> password)
    {
        // The ports are fixed for this run: after a restart the broker is where its clients look for it.
        var free = FreePorts.Take(4);
        var port = Settings.Port(builder.Configuration, "Ports:RabbitMQ", 0) is > 0 and var chosen ? chosen : free[0];
        var management = Settings.Port(builder.Configuration, "Ports:RabbitMQManagement", 0) is > 0 and var wanted ? wanted : free[1];
        var script = Path.Combine(AppContext.BaseDirectory, "Infrastructure", "rabbitmq.sh");

        var broker = builder.AddResource(new LocalRabbitMQResource(name, password.Resource))
            .WithArgs(script, dataFolder, program, $"{port}", $"{management}", $"{free[2]}", $"{free[3]}")
            .WithEnvironment("MQ_USER", LocalRabbitMQResource.UserName)
            .WithEnvironment("MQ_PASSWORD", password)
            .WithEndpoint(port: port, targetPort: port, scheme: "tcp", name: LocalRabbitMQResource.PrimaryEndpointName, isProxied: false)
            .WithEndpoint(LocalRabbitMQResource.PrimaryEndpointName, endpoint => endpoint.TargetHost = "127.0.0.1")
            .WithHttpEndpoint(port: management, targetPort: management, name: LocalRabbitMQResource.ManagementEndpointName, isProxied: false)
            .WithEndpoint(LocalRabbitMQResource.ManagementEndpointName, endpoint => endpoint.TargetHost = "127.0.0.1")
            .WithIconName("MailMultiple");

        return broker.WithConnectionCheck();
    }

    private static IResourceBuilder<LocalRabbitMQResource> WithConnectionCheck(this IResourceBuilder<LocalRabbitMQResource> broker)
    {
        var key = $"{broker.Resource.Name}_check";
        broker.ApplicationBuilder.Services.AddHealthChecks().AddAsyncCheck(key, async cancellationToken =>
        {
            var address = await broker.Resource.ConnectionStringExpression.GetValueAsync(cancellationToken);
            var factory = new ConnectionFactory
            {
                Uri = new Uri(address!),
                AutomaticRecoveryEnabled = false,
                RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
            };

            await using var connection = await factory.CreateConnectionAsync("health check", cancellationToken);
            await connection.CloseAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        });

        return broker.WithHealthCheck(key);
    }
}
