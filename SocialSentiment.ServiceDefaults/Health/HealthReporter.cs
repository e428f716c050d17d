using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SocialSentiment.Contracts.Status;

namespace SocialSentiment.ServiceDefaults.Health;

/// <summary>Runs health checks and says what they found without giving secrets away.</summary>
public sealed partial class HealthReporter(HealthCheckService checks, IHostEnvironment environment, ILogger<HealthReporter> logger)
{
    private readonly ConcurrentDictionary<string, HealthStatus> _known = new(StringComparer.Ordinal);

    public async Task<HealthResponse> CheckAsync(Func<HealthCheckRegistration, bool> which, CancellationToken cancellationToken)
    {
        var report = await checks.CheckHealthAsync(which, cancellationToken);
        foreach (var (name, entry) in report.Entries)
        {
            LogChange(name, entry);
        }

        return new HealthResponse(
            StateOf(report.Status),
            Milliseconds(report.TotalDuration),
            [.. report.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => Describe(entry.Key, entry.Value))]);
    }

    /// <summary>What the service depends on, for its status.</summary>
    public async Task<IReadOnlyList<DependencyStatus>> CheckDependenciesAsync(CancellationToken cancellationToken)
    {
        var health = await CheckAsync(check => check.Tags.Contains(HealthTags.Dependency), cancellationToken);
        return [.. health.Checks.Select(check => new DependencyStatus(
            check.Name,
            check.Status switch
            {
                HealthState.Healthy => DependencyState.Running,
                HealthState.Degraded => DependencyState.Degraded,
                _ => DependencyState.Down,
            },
            check.DurationMs,
            check.Description))];
    }

    /// <summary>An exception's words may hold a connection string; they stay in the log, except on a developer's machine.</summary>
    private HealthCheckEntry Describe(string name, HealthReportEntry entry)
        => new(
            name,
            StateOf(entry.Status),
            Milliseconds(entry.Duration),
            // Where a check has no words of its own the framework borrows the exception's.
            entry.Description == entry.Exception?.Message ? null : entry.Description,
            entry.Exception?.GetBaseException().GetType().Name,
            environment.IsDevelopment() ? entry.Exception?.GetBaseException().Message : null);

    /// <summary>A change is news; that nothing has changed since the last probe is not.</summary>
    private void LogChange(string name, HealthReportEntry entry)
    {
        var before = HealthStatus.Healthy;
        _known.AddOrUpdate(name, entry.Status, (_, known) =>
        {
            before = known;
            return entry.Status;
        });

        if (before == entry.Status)
        {
            return;
        }

        if (entry.Status == HealthStatus.Healthy)
        {
            LogRecovered(name);
        }
        else
        {
            LogFailing(name, entry.Status, entry.Description, entry.Exception?.GetBaseException().Message);
        }
    }

    private static HealthState StateOf(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => HealthState.Healthy,
        HealthStatus.Degraded => HealthState.Degraded,
        _ => HealthState.Unhealthy,
    };

    private static double Milliseconds(TimeSpan duration) => Math.Round(duration.TotalMilliseconds, 1);

    [LoggerMessage(LogLevel.Warning, "Health of {Name} is now {Status}: {Description} ({Reason})")]
    private partial void LogFailing(string name, HealthStatus status, string? description, string? reason);

    [LoggerMessage(LogLevel.Information, "Health of {Name} is good again.")]
    private partial void LogRecovered(string name);
}
