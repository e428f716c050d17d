using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

// Health checks.
public static partial class ResourceBuilderExtensions
{
    public static IResourceBuilder<T> WithHealthCheck<T>(this IResourceBuilder<T> builder, string key)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(key);

        return builder.Resource.Annotations.OfType<HealthCheckAnnotation>().Any(a => a.Key == key)
            ? throw new DistributedApplicationException($"Resource '{builder.Resource.Name}' already has a health check with key '{key}'.")
            : builder.WithAnnotation(new HealthCheckAnnotation(key));
    }

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints =>
        builder.WithHttpHealthCheck(() => FindHttpEndpoint(builder, endpointName, "HTTP health check"), path, statusCode);

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, Func<EndpointReference>? endpointSelector, string? path = null, int? statusCode = null)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);

        var endpoint = RequireHttp(builder, endpointSelector is null ? FindHttpEndpoint(builder, endpointName: null, "HTTP health check") : endpointSelector(), "HTTP health check");
        path ??= "/";
        var expected = statusCode ?? 200;

        var key = $"{builder.Resource.Name}_{endpoint.EndpointName}_{path}_{expected}_check";
        builder.ApplicationBuilder.Services.AddHttpClient(key).RemoveAllLoggers();
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            key,
            services => new EndpointHealthCheck(endpoint, path, expected, () => services.GetRequiredService<IHttpClientFactory>().CreateClient(key)),
            failureStatus: null,
            tags: null));
        return builder.WithHealthCheck(key);
    }

    private static EndpointReference FindHttpEndpoint<T>(IResourceBuilder<T> builder, string? endpointName, string purpose)
        where T : IResourceWithEndpoints
    {
        // An encrypted endpoint goes before a plain one.
        string[] names = endpointName is null ? ["https", "http"] : [endpointName];
        return names.Select(n => builder.Resource.GetEndpoint(n)).FirstOrDefault(e => e.Exists)
            ?? throw new DistributedApplicationException($"Could not create {purpose} for resource '{builder.Resource.Name}' as no endpoint was found matching one of the specified names: {string.Join(", ", names)}");
    }

    private static EndpointReference RequireHttp<T>(IResourceBuilder<T> builder, EndpointReference? endpoint, string purpose)
        where T : IResourceWithEndpoints => endpoint switch
        {
            null => throw new DistributedApplicationException($"Could not create {purpose} for resource '{builder.Resource.Name}' as the endpoint selector returned null."),
            { EndpointAnnotation.IsHttp: false } => throw new DistributedApplicationException($"Could not create {purpose} for resource '{builder.Resource.Name}' as the endpoint with name '{endpoint.EndpointName}' and scheme '{endpoint.Scheme}' is not an HTTP endpoint."),
            _ => endpoint,
        };
}
