using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Dashboard.Tests;

/// <summary>As much of an AppHost as the dashboard looks at: its services, without an orchestrator.</summary>
internal sealed class TestAppHost : IAsyncDisposable
{
    public const string Key = "the-key";

    private readonly IHost _host;

    private TestAppHost(IHost host) => _host = host;

    public ResourceNotificationService Notifications => _host.Services.GetRequiredService<ResourceNotificationService>();

    public ResourceLoggerService Logs => _host.Services.GetRequiredService<ResourceLoggerService>();

    public IDashboardEndpoints Dashboard => _host.Services.GetRequiredService<IDashboardEndpoints>();

    public static async Task<TestAppHost> StartAsync(params (string Name, string Value)[] configuration)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "Shop.AppHost" });
        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true",
            ["ASPIRE_DASHBOARD_RESOURCESERVICE_APIKEY"] = Key,
        });
        builder.Configuration.AddInMemoryCollection(configuration.Select(c => KeyValuePair.Create(c.Name, (string?)c.Value)));

        builder.Services.AddSingleton<ResourceLoggerService>();
        builder.Services.AddSingleton<ResourceNotificationService>();
        builder.Services.AddSingleton(services => new ResourceCommandService(
            services.GetRequiredService<ResourceNotificationService>(), services.GetRequiredService<ResourceLoggerService>(), services));
        builder.Services.AddSingleton(new DistributedApplicationModel(new ResourceCollection()));
        DashboardHosting.AddDashboard(builder.Services, builder.Configuration, new DistributedApplicationOptions());

        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new(host);
    }

    /// <summary>A client of the resource service, which is started for it.</summary>
    public async Task<GrpcClient> ConnectAsync(string? apiKey = Key)
        => new(await _host.Services.GetRequiredService<ResourceServiceHost>().StartAsync(TestContext.Current.CancellationToken), apiKey);

    public Task StopAsync() => _host.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    /// <summary>A resource that runs, as far as anyone can tell.</summary>
    public async Task<TestResource> RunAsync(string name, Func<CustomResourceSnapshot, CustomResourceSnapshot>? with = null, params ResourceCommandAnnotation[] commands)
    {
        var resource = new TestResource(name);
        foreach (var command in commands)
        {
            resource.Annotations.Add(command);
        }

        await Notifications.PublishUpdateAsync(resource, snapshot =>
        {
            var running = snapshot with { ResourceType = "Executable", State = KnownResourceStates.Running };
            return with is null ? running : with(running);
        });
        return resource;
    }
}

internal sealed class TestResource(string name) : Resource(name);
