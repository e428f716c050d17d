using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestrator;

/// <summary>Works out the links to show for a resource: its endpoints, what was added by hand, and what the callbacks make of them.</summary>
internal static class ResourceUrls
{
    public static async Task ResolveAsync(IResource resource, ResourceUrlsCallbackContext context)
    {
        var urls = context.Urls;
        if (resource is IResourceWithEndpoints owner && resource.TryGetEndpoints(out var endpoints))
        {
            foreach (var endpoint in endpoints)
            {
                if (endpoint.AllocatedEndpoint is { } allocated)
                {
                    urls.AddRange(OfEndpoint(new EndpointReference(owner, endpoint, endpoint.DefaultNetworkID), allocated));
                }
            }
        }

        foreach (var added in resource.Annotations.OfType<ResourceUrlAnnotation>().ToArray())
        {
            resource.Annotations.Remove(added);
            urls.Add(added);
        }

        foreach (var callback in resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>().ToArray())
        {
            await callback.Callback(context).ConfigureAwait(false);
        }

        foreach (var url in urls)
        {
            if (url.Url.StartsWith('/') && url.Endpoint?.EndpointAnnotation.AllocatedEndpoint is { } allocated)
            {
                url.Url = allocated.UriString + url.Url;
            }

            resource.Annotations.Add(url);
        }
    }

    // What listens everywhere is reached under the machine's name as well.
    private static IEnumerable<ResourceUrlAnnotation> OfEndpoint(EndpointReference endpoint, AllocatedEndpoint allocated)
    {
        yield return new ResourceUrlAnnotation { Url = allocated.UriString, Endpoint = endpoint };

        var otherHost = allocated.BindingMode != EndpointBindingMode.SingleAddress ? Environment.MachineName
            : allocated.Address.Equals(allocated.Endpoint.TargetHost, StringComparison.OrdinalIgnoreCase) ? null
            : allocated.Endpoint.TargetHost;
        if (otherHost is not null)
        {
            yield return new ResourceUrlAnnotation { Url = $"{allocated.UriScheme}://{otherHost}:{allocated.Port}", Endpoint = endpoint };
        }
    }
}
