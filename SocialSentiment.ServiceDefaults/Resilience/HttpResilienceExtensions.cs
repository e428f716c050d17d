using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using SocialSentiment.ServiceDefaults.Options;

namespace SocialSentiment.ServiceDefaults.Resilience;

public static class HttpResilienceExtensions
{
    internal static void AddHttpResilience(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<HttpResilienceOptions>(HttpResilienceOptions.Section);
        builder.Services.TryAddSingleton<Circuits>();
        builder.Services.TryAddTransient<RetryHandler>();
        builder.Services.TryAddTransient<CircuitHandler>();
    }

    /// <summary>Takes retries, timeouts and circuit off a client, as a stream that stays open wants it. Service discovery stays.</summary>
    public static IHttpClientBuilder WithoutResilience(this IHttpClientBuilder client)
        => client
            .ConfigureHttpClient(http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigureAdditionalHttpMessageHandlers((handlers, _) =>
            {
                foreach (var handler in handlers.Where(handler => handler is RetryHandler or CircuitHandler).ToArray())
                {
                    handlers.Remove(handler);
                }
            });
}
