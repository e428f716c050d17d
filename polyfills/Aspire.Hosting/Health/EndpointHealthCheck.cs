using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Health;

/// <summary>Healthy while a GET of the endpoint answers with the expected status.</summary>
internal sealed class EndpointHealthCheck(EndpointReference endpoint, string path, int expectedStatus, Func<HttpClient> clients) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var url = await endpoint.GetValueAsync(cancellationToken).ConfigureAwait(false);
        var uri = new Uri(new Uri(url!), path);
        try
        {
            using var client = clients();
            using var response = await client.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            return status == expectedStatus
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy(string.Create(CultureInfo.InvariantCulture, $"Request to {uri} returned {status} {response.ReasonPhrase}; expected {expectedStatus}."));
        }
        catch (Exception ex) when (ex is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"Failed to connect to {uri}.", ex);
        }
    }
}
