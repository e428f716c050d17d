using Microsoft.Extensions.Diagnostics.HealthChecks;
using SocialSentiment.ServiceDefaults.Health;
using SocialSentiment.Web.Components.Status;

namespace SocialSentiment.Web.Api;

internal static class SentimentApiExtensions
{
    public static void AddSentimentApi(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHttpClient<SentimentApiClient>(http => http.BaseAddress = new Uri("https+http://api"));
        builder.Services.AddScoped<StackProbe>();
        builder.Services.AddHealthChecks().AddCheck<ApiHealthCheck>(
            "api", HealthStatus.Degraded, [HealthTags.Dependency], timeout: TimeSpan.FromSeconds(2));
    }
}
