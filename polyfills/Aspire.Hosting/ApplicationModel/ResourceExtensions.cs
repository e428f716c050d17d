using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

public static class ResourceExtensions
{
    public static bool TryGetLastAnnotation<T>(this IResource resource, [NotNullWhen(true)] out T? annotation)
        where T : IResourceAnnotation
    {
        ArgumentNullException.ThrowIfNull(resource);

        annotation = resource.Annotations.OfType<T>().LastOrDefault();
        return annotation is not null;
    }

    public static bool TryGetAnnotationsOfType<T>(this IResource resource, [NotNullWhen(true)] out IEnumerable<T>? result)
        where T : IResourceAnnotation
    {
        ArgumentNullException.ThrowIfNull(resource);

        var annotations = resource.Annotations.OfType<T>().ToArray();
        result = annotations.Length == 0 ? null : annotations;
        return result is not null;
    }

    public static bool TryGetAnnotationsIncludingAncestorsOfType<T>(this IResource resource, [NotNullWhen(true)] out IEnumerable<T>? result)
        where T : IResourceAnnotation
    {
        ArgumentNullException.ThrowIfNull(resource);

        var annotations = new List<T>();
        for (var current = resource; current is not null; current = (current as IResourceWithParent)?.Parent)
        {
            annotations.AddRange(current.Annotations.OfType<T>());
        }

        result = annotations.Count == 0 ? null : annotations;
        return result is not null;
    }

    public static bool HasAnnotationOfType<T>(this IResource resource)
        where T : IResourceAnnotation
    {
        ArgumentNullException.ThrowIfNull(resource);

        return resource.Annotations.Any(a => a is T);
    }

    public static bool HasAnnotationIncludingAncestorsOfType<T>(this IResource resource)
        where T : IResourceAnnotation =>
        resource.TryGetAnnotationsIncludingAncestorsOfType<T>(out _);

    public static bool TryGetEnvironmentVariables(this IResource resource, [NotNullWhen(true)] out IEnumerable<EnvironmentCallbackAnnotation>? environmentVariables) =>
        resource.TryGetAnnotationsOfType(out environmentVariables);

    public static bool TryGetEndpoints(this IResource resource, [NotNullWhen(true)] out IEnumerable<EndpointAnnotation>? endpoints) =>
        resource.TryGetAnnotationsOfType(out endpoints);

    public static bool TryGetUrls(this IResource resource, [NotNullWhen(true)] out IEnumerable<ResourceUrlAnnotation>? urls) =>
        resource.TryGetAnnotationsOfType(out urls);

    public static bool TryGetContainerMounts(this IResource resource, [NotNullWhen(true)] out IEnumerable<ContainerMountAnnotation>? volumeMounts) =>
        resource.TryGetAnnotationsOfType(out volumeMounts);

    public static IEnumerable<EndpointReference> GetEndpoints(this IResourceWithEndpoints resource) =>
        resource.TryGetEndpoints(out var endpoints) ? endpoints.Select(e => new EndpointReference(resource, e)) : [];

    public static IEnumerable<EndpointReference> GetEndpoints(this IResourceWithEndpoints resource, NetworkIdentifier contextNetworkId) =>
        resource.TryGetEndpoints(out var endpoints) ? endpoints.Select(e => new EndpointReference(resource, e, contextNetworkId)) : [];

    public static EndpointReference GetEndpoint(this IResourceWithEndpoints resource, string endpointName) =>
        resource.FindEndpoint(endpointName) is { } endpoint ? new(resource, endpoint) : new(resource, endpointName);

    public static EndpointReference GetEndpoint(this IResourceWithEndpoints resource, string endpointName, NetworkIdentifier contextNetworkId) =>
        resource.FindEndpoint(endpointName) is { } endpoint ? new(resource, endpoint, contextNetworkId) : new(resource, endpointName, contextNetworkId);

    public static int GetReplicaCount(this IResource resource) =>
        resource.TryGetLastAnnotation<ReplicaAnnotation>(out var annotation) ? annotation.Replicas : 1;

    public static bool IsExcludedFromPublish(this IResource resource) => resource.HasAnnotationOfType<ExcludeFromManifestAnnotation>();

    /// <summary>The ids of the running instances: `name-suffix` where the orchestrator runs it, else its own name.</summary>
    internal static string[] GetResolvedResourceNames(this IResource resource) =>
        resource.TryGetLastAnnotation<DcpInstancesAnnotation>(out var instances) ? [.. instances.Instances.Select(i => i.Name)] : [resource.Name];

    internal static string GetDisplayName(this IResource resource, string resourceId) => resource.GetReplicaCount() > 1 ? resourceId : resource.Name;

    internal static EndpointAnnotation? FindEndpoint(this IResource resource, string endpointName) =>
        resource.Annotations.OfType<EndpointAnnotation>().SingleOrDefault(e => e.Name.Equals(endpointName, StringComparison.OrdinalIgnoreCase));

    internal static string GetResourceType(this IResource resource) => resource switch
    {
        ProjectResource => KnownResourceTypes.Project,
        ContainerResource => KnownResourceTypes.Container,
        ExecutableResource => KnownResourceTypes.Executable,
        ParameterResource => KnownResourceTypes.Parameter,
        ConnectionStringResource => KnownResourceTypes.ConnectionString,
        _ => resource.GetType().Name,
    };
}
