using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SocialSentiment.Web.Api;

/// <summary>
/// Names the API in the web's health. Without the API the web is degraded, which still answers 200: it must go on
/// receiving visitors, because its page is what tells them that the API is away.
/// </summary>
internal sealed class ApiHealthCheck(SentimentApiClient api) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await api.EnsureAliveAsync(cancellationToken);
            return HealthCheckResult.Healthy("answers");
        }
        catch (HttpRequestException error)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "cannot be reached", error);
        }
    }
}
