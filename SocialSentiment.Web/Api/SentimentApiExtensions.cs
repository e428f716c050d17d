using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using SocialSentiment.ServiceDefaults.Health;
using SocialSentiment.ServiceDefaults.Options;
using SocialSentiment.ServiceDefaults.Security;
using SocialSentiment.Web.Components.Status;
using SocialSentiment.Web.Options;

namespace SocialSentiment.Web.Api;

internal static class SentimentApiExtensions
{
    public static void AddSentimentApi(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<ApiOptions>(ApiOptions.Section);
        builder.Services.AddHttpClient<SentimentApiClient>((services, http) =>
        {
            http.BaseAddress = new Uri("https+http://api");
            if (services.GetRequiredService<IOptions<ApiOptions>>().Value.Key is { Length: > 0 } key)
            {
                http.DefaultRequestHeaders.Add(ShownKey.Header, key);
            }
        });
        builder.Services.AddScoped<StackProbe>();
        builder.Services.AddHealthChecks().AddCheck<ApiHealthCheck>(
            "api", HealthStatus.Degraded, [HealthTags.Dependency], timeout: TimeSpan.FromSeconds(2));
    }
}
