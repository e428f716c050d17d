using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SocialSentiment.MlWorker.Models.Host;

/// <summary>Whether there is a model that answers, and whether it is the one that shall.</summary>
internal sealed class ModelHealthCheck(ModelHost host) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        => Task.FromResult(host switch
        {
            { Active: null } => HealthCheckResult.Unhealthy("no model is loaded yet"),
            { Active.Engine.IsBroken: true } => HealthCheckResult.Unhealthy($"{host.Active.Key} has stopped answering"),
            { Note: { } note } => HealthCheckResult.Degraded(note),
            _ => HealthCheckResult.Healthy($"{host.Active.Key} {host.Active.Version}"),
        });
}
