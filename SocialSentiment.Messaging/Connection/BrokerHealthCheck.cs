using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SocialSentiment.Messaging;

/// <summary>A broker that is well opens a channel and takes messages; an open socket alone says little.</summary>
internal sealed class BrokerHealthCheck(BrokerConnection broker) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (broker.Current is not { } connection || broker.Publishing.Current is null)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "no connection", broker.LastError);
        }

        try
        {
            // Not over the publishing connection: a broker that takes no messages does not read what comes over it.
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "opens no channel", error);
        }

        return broker.BlockedReason is { } reason
            ? HealthCheckResult.Degraded($"the broker takes no messages: {reason}")
            : HealthCheckResult.Healthy("connected");
    }
}
