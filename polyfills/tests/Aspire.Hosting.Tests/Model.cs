using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aspire.Hosting.Tests;

/// <summary>An application that is described but never started.</summary>
internal static class Model
{
    public static IDistributedApplicationBuilder Create(params string[] args) =>
        DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true });

    /// <summary>What the resource would be started with, once all endpoints have a port.</summary>
    public static async Task<LaunchSpec> LaunchAsync(IDistributedApplicationBuilder builder, IResource resource)
    {
        using var app = builder.Build();
        Allocate(builder);
        return await new LaunchSpecFactory(builder.ExecutionContext, "Debug").CreateAsync(resource, NullLogger.Instance, TestContext.Current.CancellationToken);
    }

    public static async Task<Dictionary<string, string?>> EnvironmentAsync<T>(this IResourceBuilder<T> builder)
        where T : IResource =>
        (await LaunchAsync(builder.ApplicationBuilder, builder.Resource)).Environment.ToDictionary(v => v.Name, v => v.Value);

    public static IResourceBuilder<ExecutableResource> AddProgram(this IDistributedApplicationBuilder builder, string name) => builder.AddExecutable(name, "true", "/tmp");

    private static void Allocate(IDistributedApplicationBuilder builder)
    {
        var port = 5000;
        foreach (var resource in builder.Resources)
        {
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.AllocatedEndpoint is null))
            {
                endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", endpoint.Port ?? port++, DcpTemplates.PortForServing($"{resource.Name}-{endpoint.Name}"));
            }
        }
    }
}

/// <summary>A resource without a process, whose states the test sets.</summary>
internal sealed class CustomResource(string name) : Resource(name), IResourceWithWaitSupport;

/// <summary>A custom resource that others connect to.</summary>
internal sealed class BrokerResource(string name) : Resource(name), IResourceWithConnectionString
{
    public string? ConnectionStringEnvironmentVariable { get; init; }

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"amqp://guest:{"p@ss"}@localhost:5672");

    public IEnumerable<KeyValuePair<string, ReferenceExpression>> GetConnectionProperties() =>
        [new("Host", ReferenceExpression.Create($"localhost")), new("Port", ReferenceExpression.Create($"5672"))];
}
