using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace SocialSentiment.AppHost.Infrastructure;

/// <summary>A PostgreSQL server of this machine over a data folder of its own; offers what the container's resource offers.</summary>
internal sealed class LocalPostgresResource : ExecutableResource, IResourceWithConnectionString
{
    public const string PrimaryEndpointName = "tcp";
    private const string UserName = "postgres";

    public LocalPostgresResource(string name, ParameterResource password)
        : base(name, "bash", AppContext.BaseDirectory)
    {
        PasswordParameter = password;
        PrimaryEndpoint = new(this, PrimaryEndpointName);
    }

    public ParameterResource PasswordParameter { get; }

    public EndpointReference PrimaryEndpoint { get; }

    private EndpointReferenceExpression Host => PrimaryEndpoint.Property(EndpointProperty.Host);

    private EndpointReferenceExpression Port => PrimaryEndpoint.Property(EndpointProperty.Port);

    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"Host={Host};Port={Port};Username={UserName};Password={PasswordParameter}");

    public ReferenceExpression Uri(string? database = null) => database is null
        ? ReferenceExpression.Create($"postgresql://{UserName}:{PasswordParameter:uri}@{Host}:{Port}")
        : ReferenceExpression.Create($"postgresql://{UserName}:{PasswordParameter:uri}@{Host}:{Port}/{database}");

    public ReferenceExpression JdbcConnectionString(string? database = null) => database is null
        ? ReferenceExpression.Create($"jdbc:postgresql://{Host}:{Port}")
        : ReferenceExpression.Create($"jdbc:postgresql://{Host}:{Port}/{database}");

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
    [
        new("Host", ReferenceExpression.Create($"{Host}")),
        new("Port", ReferenceExpression.Create($"{Port}")),
        new("Username", ReferenceExpression.Create($"{UserName}")),
        new("Password", ReferenceExpression.Create($"{PasswordParameter}")),
        new("Uri", Uri()),
        new("JdbcConnectionString", JdbcConnectionString()),
    ];
}

/// <summary>A database of a local PostgreSQL server.</summary>
internal sealed class LocalPostgresDatabaseResource(string name, LocalPostgresResource parent)
    : Resource(name), IResourceWithParent<LocalPostgresResource>, IResourceWithConnectionString
{
    public LocalPostgresResource Parent { get; } = parent;

    public string DatabaseName => Name;

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{Parent};Database={DatabaseName}");

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
        Parent.CombineProperties(
        [
            new("DatabaseName", ReferenceExpression.Create($"{DatabaseName}")),
            new("Uri", Parent.Uri(DatabaseName)),
            new("JdbcConnectionString", Parent.JdbcConnectionString(DatabaseName)),
        ]);
}

internal static class LocalPostgresExtensions
{
    public static IResourceBuilder<LocalPostgresResource> AddLocalPostgres(
        this IDistributedApplicationBuilder builder, string name, string binFolder, string dataFolder, IResourceBuilder<ParameterResource> password)
    {
        // The port is fixed for this run: after a restart the server is where its clients look for it.
        var port = Settings.Port(builder.Configuration, "Ports:Postgres", 0) is > 0 and var chosen ? chosen : FreePorts.Take(1)[0];
        var script = Path.Combine(AppContext.BaseDirectory, "Infrastructure", "postgres.sh");

        var server = builder.AddResource(new LocalPostgresResource(name, password.Resource))
            .WithArgs(script, dataFolder, binFolder, $"{port}")
            .WithEnvironment("DB_PASSWORD", password)
            .WithEndpoint(port: port, targetPort: port, scheme: "tcp", name: LocalPostgresResource.PrimaryEndpointName, isProxied: false)
            .WithEndpoint(LocalPostgresResource.PrimaryEndpointName, endpoint => endpoint.TargetHost = "127.0.0.1")
            .WithIconName("DatabaseMultiple");

        return server.WithConnectionCheck(server.Resource);
    }

    public static IResourceBuilder<LocalPostgresDatabaseResource> AddDatabase(this IResourceBuilder<LocalPostgresResource> server, string name)
    {
        server.WithEnvironment("DB_NAME", name);

        var database = server.ApplicationBuilder.AddResource(new LocalPostgresDatabaseResource(name, server.Resource))
            .WithIconName("Database");

        // Aspire hands the state of a container down to its children, but not that of an executable.
        server.ApplicationBuilder.Eventing.Subscribe<InitializeResourceEvent>(database.Resource, (@event, cancellationToken) =>
        {
            var stopping = @event.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            _ = FollowParentAsync(database.Resource, @event.Notifications, stopping);
            return Task.CompletedTask;
        });

        return database.WithConnectionCheck(database.Resource);
    }

    private static async Task FollowParentAsync(LocalPostgresDatabaseResource database, ResourceNotificationService notifications, CancellationToken stopping)
    {
        try
        {
            await foreach (var change in notifications.WatchAsync(stopping))
            {
                if (change.Resource == database.Parent)
                {
                    await notifications.PublishUpdateAsync(database, snapshot => snapshot with
                    {
                        State = change.Snapshot.State,
                        StartTimeStamp = change.Snapshot.StartTimeStamp,
                        StopTimeStamp = change.Snapshot.StopTimeStamp,
                    });
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The application stops.
        }
    }

    private static IResourceBuilder<T> WithConnectionCheck<T>(this IResourceBuilder<T> builder, IResourceWithConnectionString resource)
        where T : IResource
    {
        var key = $"{resource.Name}_check";
        builder.ApplicationBuilder.Services.AddHealthChecks().AddAsyncCheck(key, async cancellationToken =>
        {
            var settings = new NpgsqlConnectionStringBuilder(await resource.ConnectionStringExpression.GetValueAsync(cancellationToken))
            {
                Timeout = 5,
                Pooling = false,
            };

            // The server alone is asked through the database that always exists.
            settings.Database ??= "postgres";
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        });

        return builder.WithHealthCheck(key);
    }
}
