using System.Collections.Concurrent;
using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Health;

/// <summary>Checks the health of every running resource, says so, and announces the first time it is good.</summary>
internal sealed partial class ResourceHealthCheckService(
    ResourceNotificationService notifications,
    IServiceProvider services,
    IDistributedApplicationEventing eventing,
    TimeProvider time,
    ILogger<ResourceHealthCheckService> logger) : BackgroundService
{
    private static readonly TimeSpan s_healthyInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_unhealthyStep = TimeSpan.FromSeconds(1);
    private const int MaxUnhealthySteps = 5;

    private readonly ConcurrentDictionary<string, Monitor> _monitors = new(StringComparer.OrdinalIgnoreCase);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var resourceEvent in notifications.WatchAsync(stoppingToken).ConfigureAwait(false))
            {
                Follow(resourceEvent, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The application stops.
        }
    }

    // A resource is monitored as a whole, as long as one of its instances runs.
    private void Follow(ResourceEvent resourceEvent, CancellationToken stoppingToken)
    {
        var resource = resourceEvent.Resource;
        var state = resourceEvent.Snapshot.State?.Text;
        if (_monitors.TryGetValue(resource.Name, out var monitor))
        {
            monitor.Observe(resourceEvent.ResourceId, state);
            if (resource.GetResolvedResourceNames().All(HasEnded))
            {
                _monitors.TryRemove(resource.Name, out _);
                monitor.Stop();
            }
        }
        else if (state == KnownResourceStates.Running)
        {
            monitor = new Monitor(stoppingToken);
            monitor.Observe(resourceEvent.ResourceId, state);
            _monitors[resource.Name] = monitor;
            _ = Task.Run(() => MonitorAsync(resource, monitor), stoppingToken);
        }
    }

    private bool HasEnded(string id) =>
        notifications.TryGetCurrentState(id, out var current) && current.Snapshot.State is { } state && KnownResourceStates.TerminalStates.Contains(state.Text);

    private async Task MonitorAsync(IResource resource, Monitor monitor)
    {
        if (!resource.TryGetAnnotationsIncludingAncestorsOfType<HealthCheckAnnotation>(out var annotations))
        {
            await AnnounceReadyAsync(resource, monitor.Stopped).ConfigureAwait(false);
            return;
        }

        var keys = annotations.Select(a => a.Key).ToHashSet();
        var announced = false;
        var unhealthyInARow = 0;
        try
        {
            while (!monitor.Stopped.IsCancellationRequested)
            {
                var startedAt = time.GetTimestamp();
                var report = await CheckAsync(keys, monitor.Stopped).ConfigureAwait(false);
                if (report.Status == HealthStatus.Healthy)
                {
                    unhealthyInARow = 0;
                    if (!announced)
                    {
                        announced = true;
                        _ = AnnounceReadyAsync(resource, monitor.Stopped);
                    }
                }
                else
                {
                    unhealthyInARow++;
                }

                var ranAt = time.GetUtcNow().UtcDateTime;
                await notifications.PublishUpdateAsync(resource, s => s with { HealthReports = Merge(s.HealthReports, report, ranAt) }).ConfigureAwait(false);

                var pause = unhealthyInARow == 0 ? s_healthyInterval : s_unhealthyStep * Math.Min(MaxUnhealthySteps, unhealthyInARow);
                var changed = await monitor.WaitForChangeAsync(pause).ConfigureAwait(false);

                // A change of state is reason to look again, but not more than once a second.
                if (changed && s_unhealthyStep - time.GetElapsedTime(startedAt) is { Ticks: > 0 } rest)
                {
                    await Task.Delay(rest, time, monitor.Stopped).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The resource or the application has ended.
        }
        catch (Exception ex)
        {
            LogMonitoringEnded(ex, resource.Name);
        }
    }

    private async Task<HealthReport> CheckAsync(HashSet<string> keys, CancellationToken cancellationToken)
    {
        try
        {
            return await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(r => keys.Contains(r.Name), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            // A check that cannot even be made, for instance.
            return new HealthReport(
                keys.ToDictionary(k => k, _ => new HealthReportEntry(HealthStatus.Unhealthy, "Error calling HealthCheckService.", TimeSpan.Zero, ex, data: null)),
                TimeSpan.Zero);
        }
    }

    private async Task AnnounceReadyAsync(IResource resource, CancellationToken cancellationToken)
    {
        var subscribers = eventing.PublishAsync(new ResourceReadyEvent(resource, services), cancellationToken);

        // Dependants see what came of it; here it only matters that it is over.
        await subscribers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await notifications.PublishUpdateAsync(resource, s => s with { ResourceReadyEvent = subscribers }).ConfigureAwait(false);
    }

    private static ImmutableArray<HealthReportSnapshot> Merge(ImmutableArray<HealthReportSnapshot> known, HealthReport report, DateTime ranAt)
    {
        var latest = report.Entries.Select(e => new HealthReportSnapshot(e.Key, e.Value.Status, e.Value.Description, e.Value.Exception?.ToString()) { LastRunAt = ranAt });
        return [.. known.Where(k => !report.Entries.ContainsKey(k.Name)), .. latest];
    }

    [LoggerMessage(LogLevel.Error, "Unexpected error ended health monitoring for resource '{ResourceName}'.")]
    private partial void LogMonitoringEnded(Exception exception, string resourceName);

    /// <summary>Ends the pause between two checks when an instance changes its state.</summary>
    private sealed class Monitor(CancellationToken applicationStopping)
    {
        private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(applicationStopping);
        private readonly Dictionary<string, string?> _states = [];
        private readonly Lock _lock = new();
        private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationToken Stopped => _stop.Token;

        public void Observe(string id, string? state)
        {
            lock (_lock)
            {
                if (_states.TryGetValue(id, out var known) && known != state)
                {
                    _changed.TrySetResult();
                }

                _states[id] = state;
            }
        }

        public async Task<bool> WaitForChangeAsync(TimeSpan atMost)
        {
            Task changed;
            lock (_lock)
            {
                if (_changed.Task.IsCompleted)
                {
                    _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    return true;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(atMost, Stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return changed.IsCompleted;
        }

        // Not disposed: the loop may still hold the token.
        public void Stop() => _stop.Cancel();
    }
}
