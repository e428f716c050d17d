namespace SocialSentiment.ServiceDefaults.Discovery;

/// <summary>Sends a request to where its service lives now; a retry that comes by again may get another address.</summary>
internal sealed class ServiceDiscoveryHandler(ServiceEndpoints endpoints) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.RequestUri;
        if (asked is null)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        try
        {
            request.RequestUri = endpoints.Resolve(asked);
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            request.RequestUri = asked;
        }
    }
}
