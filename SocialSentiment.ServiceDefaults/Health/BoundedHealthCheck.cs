using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SocialSentiment.ServiceDefaults.Health;

/// <summary>
/// Answers in time even when the check inside hangs without watching its cancellation token, or blocks its thread: a
/// probe that never answers looks like a dead service.
/// </summary>
internal sealed class BoundedHealthCheck(Func<IHealthCheck> create, TimeSpan timeout) : IHealthCheck
{
    private static readonly TimeSpan s_defaultTimeout = TimeSpan.FromSeconds(5);

    public static void Wrap(HealthCheckRegistration check)
    {
        var create = check.Factory;
        var timeout = check.Timeout > TimeSpan.Zero ? check.Timeout : s_defaultTimeout;
        check.Timeout = Timeout.InfiniteTimeSpan;
        check.Factory = services => new BoundedHealthCheck(() => create(services), timeout);
    }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(timeout);
        var check = Task.Run(() => create().CheckHealthAsync(context, patience.Token), CancellationToken.None);
        try
        {
            return await check.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(
                context.Registration.FailureStatus,
                string.Create(CultureInfo.InvariantCulture, $"no answer within {timeout.TotalSeconds} s"));
        }
    }
}
