using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SocialSentiment.ServiceDefaults.Health;

/// <summary>Starting is unhealthy, not degraded: degraded answers 200, and whoever waits for this service would go ahead too early.</summary>
internal sealed class StartupHealthCheck(StartupReadiness readiness) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var pending = readiness.Pending;
        return Task.FromResult(pending.Count == 0
            ? HealthCheckResult.Healthy("started")
            : HealthCheckResult.Unhealthy($"starting, waiting for: {string.Join(", ", pending)}"));
    }
}
