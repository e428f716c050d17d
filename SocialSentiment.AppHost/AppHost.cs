using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using SocialSentiment.AppHost.Commands;
using SocialSentiment.AppHost.Infrastructure;
using SocialSentiment.AppHost.SelfHealing;
using SocialSentiment.AppHost.Terminal;

namespace SocialSentiment.AppHost;

/// <summary>The whole system from top to bottom: what runs, who talks to whom, and who waits for whom.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => PlainErrors.RunAsync(async () =>
    {
        var builder = Compose(args);
        await PortsCheck.EnsureFreeAsync(builder.Configuration);
        await builder.Build().RunAsync();
    });

    internal static IDistributedApplicationBuilder Compose(string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(args);
        builder.AddSelfHealing();
        builder.AddTerminalReport();

        // Data and secrets outlive a run, so that tomorrow's password still opens today's database.
        var data = DataFolder.Of(builder);
        builder.Configuration.AddKeptSecrets(data);

        var postgresPassword = builder.AddParameter("postgres-password", secret: true);
        var rabbitPassword = builder.AddParameter("rabbitmq-password", secret: true);
        var apiKey = builder.AddParameter("api-key", secret: true);
        var modelServiceKey = builder.AddParameter("model-service-key", secret: true);

        // PostgreSQL and RabbitMQ: containers where a container engine answers, else programs of this machine.
        // The services cannot tell the difference.
        IResourceBuilder<IResourceWithConnectionString> database, queue;
        switch (InfrastructureChoice.Make(builder, data))
        {
            case InfrastructureChoice.Processes local:
                database = builder.AddLocalPostgres("postgres", local.PostgresFolder, data.Of("postgres"), postgresPassword)
                    .WithSelfHealing()
                    .AddDatabase("sentiment");
                queue = builder.AddLocalRabbitMQ("rabbitmq", local.RabbitMQServer, data.Of("rabbitmq"), rabbitPassword)
                    .WithQueueListCommand()
                    .WithSelfHealing();
                break;

            default:
                database = builder.AddPostgres("postgres", password: postgresPassword)
                    .WithDataVolume()
                    .WithSelfHealing()
                    .AddDatabase("sentiment");
                queue = builder.AddRabbitMQ("rabbitmq", password: rabbitPassword)
                    .WithManagementPlugin()
                    .WithDataVolume()
                    .WithQueueListCommand()
                    .WithSelfHealing();
                break;
        }

        database.WithSqlCommand();

        // The three services. Api and worker know each other only through the queue.
        var ports = ServicePorts.From(builder.Configuration);

        var api = builder.AddService<Projects.SocialSentiment_Api>("api", ports.Api, "API")
            .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = "/docs", DisplayText = "API docs" })
            .WithReference(database).WaitFor(database)
            .WithReference(queue).WaitFor(queue)
            .WithEnvironment("Security__ServiceKey", apiKey)
            .WithDocsCommand(apiKey)
            .WithFailsafeCommands(apiKey)
            .WithIconName("PlugConnected");

        var worker = builder.AddService<Projects.SocialSentiment_MlWorker>("worker", ports.Models, "Model service")
            .WithReference(queue).WaitFor(queue)
            .WithEnvironment("Security__ServiceKey", modelServiceKey)
            .WithEnvironment("ModelStore__Folder", data.Of("models"))
            .WithRemoteChat()
            .WithModelCommands(modelServiceKey)
            .WithReplicas(Settings.Count(builder.Configuration, "Worker:Replicas", byDefault: 1))
            .WithIconName("BrainCircuit");

        builder.AddService<Projects.SocialSentiment_Web>("web", ports.Web, "Web")
            .WithReference(api).WaitFor(api)
            .WithEnvironment("Api__Key", apiKey)
            .WithEnvironment("Links__Dashboard", Settings.DashboardUrl(builder.Configuration))
            .WithEnvironment("Links__ApiDocs", $"{api.GetEndpoint("http")}/docs")
            .WithEnvironment("Links__ModelService", worker.GetEndpoint("http"))
            .WithIconName("Globe");

        return builder;
    }

    /// <summary>What holds for each service: one public endpoint, a health check, the environment, self-healing.</summary>
    private static IResourceBuilder<ProjectResource> AddService<TProject>(
        this IDistributedApplicationBuilder builder, string name, int? port, string title)
        where TProject : IProjectMetadata, new() =>
        builder.AddProject<TProject>(name, options => options.ExcludeLaunchProfile = true)
            .WithHttpEndpoint(port)
            .WithExternalHttpEndpoints()
            .WithUrlForEndpoint("http", url => url.DisplayText = title)
            .WithHttpHealthCheck("/health")
            .WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName)
            .WithEnvironment("ExitWithParent", "true")
            .WithSelfHealing();
}
