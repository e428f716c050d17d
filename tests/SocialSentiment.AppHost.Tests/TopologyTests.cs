using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using SocialSentiment.AppHost.Infrastructure;
using SocialSentiment.AppHost.SelfHealing;
using SocialSentiment.AppHost.Tests.Support;

namespace SocialSentiment.AppHost.Tests;

/// <summary>The model as it is before anything starts.</summary>
public sealed class TopologyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private DistributedApplication Build(params string[] args) => Program.Compose(
        ["--data", _folder.Path, "--infrastructure", "processes", "--Ports:Web=0", "--Ports:Api=0", "--Ports:Models=0", .. args]).Build();

    private DistributedApplication BuildWithContainers()
    {
        var engine = _folder.File("engine", "#!/bin/sh\n", executable: true);
        return Build("--infrastructure", "containers", $"--ASPIRE_CONTAINER_RUNTIME={engine}");
    }

    private static IResource Resource(DistributedApplication app, string name) =>
        app.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(resource => resource.Name == name);

    private static async Task<Dictionary<string, object>> EnvironmentAsync(DistributedApplication app, string name)
    {
        var context = new EnvironmentCallbackContext(app.Services.GetRequiredService<DistributedApplicationExecutionContext>(), Resource(app, name), [], TestContext.Current.CancellationToken);
        foreach (var annotation in Resource(app, name).Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        return context.EnvironmentVariables;
    }

    private static IEnumerable<string> WaitsOf(DistributedApplication app, string name) =>
        Resource(app, name).Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource.Name).Order();

    [Fact]
    public void Whoever_needs_something_waits_for_it()
    {
        using var app = Build();

        Assert.Equal(["postgres", "rabbitmq", "sentiment"], WaitsOf(app, "api"));
        Assert.Equal(["rabbitmq"], WaitsOf(app, "worker"));
        Assert.Equal(["api"], WaitsOf(app, "web"));
    }

    [Fact]
    public void Waiting_outlasts_a_crash_of_what_is_waited_for()
    {
        using var app = Build();

        Assert.Equal(WaitBehavior.WaitOnResourceUnavailable, app.Services.GetRequiredService<IOptions<ResourceNotificationServiceOptions>>().Value.DefaultWaitBehavior);
    }

    [Fact]
    public async Task A_remote_chat_model_is_told_to_the_worker_alone_and_its_key_is_a_secret()
    {
        using var app = Build("--Chat:Endpoint=http://localhost:11434/v1", "--Chat:Model=llama3", "--Parameters:chat-api-key=sk-1");

        var worker = await EnvironmentAsync(app, "worker");
        Assert.Equal(("http://localhost:11434/v1", "llama3"), (worker["Chat__Endpoint"], worker["Chat__Model"]));
        var key = Assert.IsType<ParameterResource>(worker["Chat__ApiKey"]);
        Assert.Equal(("chat-api-key", true), (key.Name, key.Secret));
        Assert.DoesNotContain("Chat__ApiKey", (await EnvironmentAsync(app, "api")).Keys);

        using var without = Build();
        Assert.DoesNotContain((await EnvironmentAsync(without, "worker")).Keys, name => name.StartsWith("Chat__", StringComparison.Ordinal));
        Assert.DoesNotContain(without.Services.GetRequiredService<DistributedApplicationModel>().Resources, resource => resource.Name == "chat-api-key");
    }

    [Fact]
    public async Task Each_service_is_told_what_it_needs_and_no_more()
    {
        using var app = Build();

        var api = await EnvironmentAsync(app, "api");
        Assert.Equal("api-key", Assert.IsType<ParameterResource>(api["Security__ServiceKey"]).Name);
        Assert.Contains("ConnectionStrings__sentiment", api.Keys);
        Assert.Contains("ConnectionStrings__rabbitmq", api.Keys);

        var worker = await EnvironmentAsync(app, "worker");
        Assert.Equal("model-service-key", Assert.IsType<ParameterResource>(worker["Security__ServiceKey"]).Name);
        Assert.Contains("ConnectionStrings__rabbitmq", worker.Keys);
        Assert.DoesNotContain("ConnectionStrings__sentiment", worker.Keys);

        var web = await EnvironmentAsync(app, "web");
        Assert.Equal("api-key", Assert.IsType<ParameterResource>(web["Api__Key"]).Name);
        Assert.Superset(new HashSet<string> { "services__api__http__0", "Links__Dashboard", "Links__ApiDocs", "Links__ModelService" }, web.Keys.ToHashSet());
        Assert.DoesNotContain("ConnectionStrings__sentiment", web.Keys);
        Assert.DoesNotContain("ConnectionStrings__rabbitmq", web.Keys);
    }

    [Fact]
    public async Task The_web_page_is_told_where_the_dashboard_is()
    {
        using var app = Build("--ASPNETCORE_URLS=http://localhost:18999;http://localhost:1", "--ASPIRE_ALLOW_UNSECURED_TRANSPORT=true");

        Assert.Equal("http://localhost:18999", (await EnvironmentAsync(app, "web"))["Links__Dashboard"]);
    }

    [Theory]
    [InlineData("api", 18080)]
    [InlineData("worker", 18081)]
    [InlineData("web", 15100)]
    public void Services_have_the_configured_port_a_health_check_and_a_way_back(string name, int port)
    {
        using var app = Build("--Ports:Web=15100", "--Ports:Api=18080", "--Ports:Models=18081");
        var service = Resource(app, name);

        var endpoint = Assert.Single(service.Annotations.OfType<EndpointAnnotation>());
        Assert.Equal(port, endpoint.Port);
        Assert.True(endpoint.IsExternal);
        Assert.Single(service.Annotations.OfType<HealthCheckAnnotation>());
        Assert.Single(service.Annotations.OfType<SelfHealingAnnotation>());
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData("3", 3)]
    public void The_worker_has_as_many_replicas_as_configured(string? replicas, int expected)
    {
        using var app = Build(replicas is null ? [] : [$"--Worker:Replicas={replicas}"]);

        Assert.Equal(expected, Resource(app, "worker").GetReplicaCount());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("all")]
    public void A_number_of_replicas_that_is_none_is_refused(string replicas) =>
        Assert.Contains("Worker:Replicas", Assert.Throws<PlainErrorException>(() => Build($"--Worker:Replicas={replicas}")).Message, StringComparison.Ordinal);

    [Fact]
    public void Local_processes_come_without_a_single_container()
    {
        using var app = Build();

        Assert.DoesNotContain(app.Services.GetRequiredService<DistributedApplicationModel>().Resources, resource => resource is ContainerResource);
        Assert.IsType<LocalPostgresResource>(Resource(app, "postgres"));
        Assert.IsType<LocalRabbitMQResource>(Resource(app, "rabbitmq"));
    }

    [Fact]
    public void Containers_have_the_same_names_waits_and_commands()
    {
        using var containers = BuildWithContainers();
        using var processes = Build();

        Assert.IsType<PostgresServerResource>(Resource(containers, "postgres"));
        Assert.IsType<RabbitMQServerResource>(Resource(containers, "rabbitmq"));
        Assert.Equal(WaitsOf(processes, "api"), WaitsOf(containers, "api"));
        Assert.Equal(Commands(processes), Commands(containers));

        static IEnumerable<string> Commands(DistributedApplication app) =>
            from name in (string[])["postgres", "sentiment", "rabbitmq", "api"]
            from command in Resource(app, name).Annotations.OfType<ResourceCommandAnnotation>()
            select $"{name} {command.Name}({string.Join(", ", command.Arguments.Select(argument => argument.Name))})";
    }

    [Fact]
    public async Task Services_cannot_tell_local_processes_from_containers()
    {
        using var containers = BuildWithContainers();
        using var processes = Build();

        foreach (var name in (string[])["api", "worker", "web"])
        {
            Assert.Equal((await EnvironmentAsync(containers, name)).Keys.Order(), (await EnvironmentAsync(processes, name)).Keys.Order());
        }
    }

    [Fact]
    public async Task Local_connection_strings_look_like_the_containers()
    {
        using var app = Build("--Ports:Postgres=15432", "--Ports:RabbitMQ=15672", "--Parameters:postgres-password=p", "--Parameters:rabbitmq-password=a b/c");
        foreach (var endpoint in new[] { "postgres", "rabbitmq" }.SelectMany(name => Resource(app, name).Annotations.OfType<EndpointAnnotation>()))
        {
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, endpoint.TargetHost, endpoint.Port!.Value);
        }

        Assert.Equal("Host=127.0.0.1;Port=15432;Username=postgres;Password=p", await ConnectionStringAsync("postgres"));
        Assert.Equal("Host=127.0.0.1;Port=15432;Username=postgres;Password=p;Database=sentiment", await ConnectionStringAsync("sentiment"));
        Assert.Equal("amqp://guest:a%20b%2Fc@127.0.0.1:15672", await ConnectionStringAsync("rabbitmq"));

        ValueTask<string?> ConnectionStringAsync(string name) =>
            ((IResourceWithConnectionString)Resource(app, name)).ConnectionStringExpression.GetValueAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Every_health_check_of_the_model_is_registered()
    {
        using var app = Build();
        var registered = app.Services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Select(check => check.Name);

        var used = app.Services.GetRequiredService<DistributedApplicationModel>().Resources.SelectMany(resource => resource.Annotations.OfType<HealthCheckAnnotation>()).Select(check => check.Key).ToHashSet();

        Assert.Superset(new HashSet<string> { "postgres_check", "sentiment_check", "rabbitmq_check" }, used);
        Assert.Subset(registered.ToHashSet(), used);
    }

    [Fact]
    public void Secrets_are_kept_in_the_data_folder()
    {
        using var app = Build();

        Assert.True(File.Exists(_folder.Of("secrets.json")));
    }
}
