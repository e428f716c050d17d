using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SocialSentiment.Contracts.Status;

namespace SocialSentiment.ServiceDefaults.Health;

/// <summary>Runs health checks and says what they found without giving secrets away.</summary>
public sealed partial class HealthReporter(
    HealthCheckService checks, IOptions<HealthCheckServiceOptions> options, IHostEnvironment environment, ILogger<HealthReporter> logger)
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

    /// <summary>
    /// What the service depends on, for its status. Each is asked by itself: one that takes longer than
    /// <paramref name="patience"/> is down for whoever asks now, and the answers of the others are not lost.
    /// </summary>
    public async Task<IReadOnlyList<DependencyStatus>> CheckDependenciesAsync(TimeSpan patience, CancellationToken cancellationToken)
        => await Task.WhenAll(options.Value.Registrations
            .Where(check => check.Tags.Contains(HealthTags.Dependency))
            .OrderBy(check => check.Name, StringComparer.Ordinal)
            .Select(check => CheckDependencyAsync(check.Name, patience, cancellationToken)));

    private async Task<DependencyStatus> CheckDependencyAsync(string name, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            var health = await CheckAsync(check => check.Name == name, cancellationToken).WaitAsync(patience, cancellationToken);
            var found = health.Checks[0];
            return new DependencyStatus(
                name,
                found.Status switch
                {
                    HealthState.Healthy => DependencyState.Running,
                    HealthState.Degraded => DependencyState.Degraded,
                    _ => DependencyState.Down,
                },
                found.DurationMs,
                found.Description);
        }
        catch (TimeoutException)
        {
            return new DependencyStatus(
                name, DependencyState.Down, Milliseconds(patience), string.Create(CultureInfo.InvariantCulture, $"no answer within {patience.TotalSeconds} s"));
        }
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
