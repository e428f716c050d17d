using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using SocialSentiment.ServiceDefaults.Resilience;

namespace SocialSentiment.ServiceDefaults.Discovery;

internal static class DiscoveryExtensions
{
    /// <summary>
    /// The handlers of every HttpClient, from the outside in: retries, then the address, then the circuit of that very
    /// address, so that one broken replica neither blocks the others nor is asked twice in a row.
    /// </summary>
    public static void AddServiceDiscovery(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton<ServiceEndpoints>();
        builder.Services.TryAddTransient<ServiceDiscoveryHandler>();
        builder.Services.ConfigureHttpClientDefaults(client => client
            .AddHttpMessageHandler<RetryHandler>()
            .AddHttpMessageHandler<ServiceDiscoveryHandler>()
            .AddHttpMessageHandler<CircuitHandler>());
    }
}
