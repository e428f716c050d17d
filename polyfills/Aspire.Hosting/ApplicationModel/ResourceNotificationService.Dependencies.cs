using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

// The waits of WaitFor, WaitForStart and WaitForCompletion.
public partial class ResourceNotificationService
{
    public async Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);

        var waits = resource.Annotations.OfType<WaitAnnotation>()
            .Where(w => w.Resource is not IResourceWithoutLifetime)
            .SelectMany(w => w.Resource.GetResolvedResourceNames().Select(id => (Wait: w, Id: id)))
            .ToArray();
        if (waits.Length == 0)
        {
            return;
        }

        var pending = waits.Select(w => w.Id).ToList();
        await PublishWaitingAsync(resource, [.. pending.Distinct()]).ConfigureAwait(false);

        var logger = _loggers.GetLogger(resource);
        await Task.WhenAll(waits.Select(async w =>
        {
            await WaitForDependencyAsync(resource, w.Wait, w.Id, logger, cancellationToken).ConfigureAwait(false);

            string[] stillPending;
            lock (pending)
            {
                pending.Remove(w.Id);
                stillPending = [.. pending.Distinct()];
            }

            await PublishWaitingAsync(resource, stillPending).ConfigureAwait(false);
        })).ConfigureAwait(false);
    }

    private Task WaitForDependencyAsync(IResource resource, WaitAnnotation wait, string id, ILogger logger, CancellationToken cancellationToken) => wait.WaitType switch
    {
        WaitType.WaitForCompletion => WaitForCompletionAsync(resource, wait, id, logger, cancellationToken),
        WaitType.WaitUntilStarted => WaitUntilRunningAsync(resource, wait, id, logger, cancellationToken),
        _ => WaitUntilHealthyAsync(resource, wait, id, logger, cancellationToken),
    };

    private async Task WaitUntilHealthyAsync(IResource resource, WaitAnnotation wait, string id, ILogger logger, CancellationToken cancellationToken)
    {
        await WaitUntilRunningAsync(resource, wait, id, logger, cancellationToken).ConfigureAwait(false);

        if (wait.Resource.HasAnnotationOfType<HealthCheckAnnotation>())
        {
            LogWaitingForHealth(logger, wait.Resource.GetDisplayName(id));
            await WaitAsync(
                wait.Resource.Name,
                e => e.ResourceId == id && e.Snapshot.HealthStatus == HealthStatus.Healthy,
                "failed to become healthy",
                cancellationToken).ConfigureAwait(false);
        }

        await WaitUntilReadyAsync(wait.Resource, id, cancellationToken).ConfigureAwait(false);
        LogFinishedWaiting(logger, wait.Resource.GetDisplayName(id));
    }

    private async Task WaitUntilRunningAsync(IResource resource, WaitAnnotation wait, string id, ILogger logger, CancellationToken cancellationToken)
    {
        LogWaitingForState(logger, wait.Resource.GetDisplayName(id), KnownResourceStates.Running);

        var stop = (wait.WaitBehavior ?? _defaultWaitBehavior) == WaitBehavior.StopOnResourceUnavailable;
        var reached = await WaitAsync(
            wait.Resource.Name,
            e => e.ResourceId == id && (e.Snapshot.State?.Text == KnownResourceStates.Running || (stop && IsUnavailable(e.Snapshot))),
            "failed to reach the 'Running' state",
            cancellationToken).ConfigureAwait(false);

        var state = reached.Snapshot.State!.Text;
        if (state == KnownResourceStates.FailedToStart)
        {
            throw Stopped(resource, wait.Resource, "because it failed to start.", logger);
        }

        if (state != KnownResourceStates.Running)
        {
            throw Stopped(resource, wait.Resource, $"because it entered the '{state}' state prematurely.", logger);
        }
    }

    private async Task WaitForCompletionAsync(IResource resource, WaitAnnotation wait, string id, ILogger logger, CancellationToken cancellationToken)
    {
        LogWaitingForCompletion(logger, wait.Resource.GetDisplayName(id));

        var ended = await WaitAsync(
            wait.Resource.Name,
            e => e.ResourceId == id && (e.Snapshot.ExitCode is not null || (e.Snapshot.State is { } s && KnownResourceStates.TerminalStates.Contains(s.Text))),
            "failed to reach a terminal state",
            cancellationToken).ConfigureAwait(false);

        var state = ended.Snapshot.State?.Text;
        if (state == KnownResourceStates.FailedToStart)
        {
            throw Stopped(resource, wait.Resource, "because it failed to start.", logger);
        }

        if (ended.Snapshot.ExitCode is { } exitCode && exitCode != wait.ExitCode)
        {
            throw Stopped(resource, wait.Resource, $"because it entered the '{state}' state with exit code '{exitCode}', expected '{wait.ExitCode}'.", logger);
        }

        LogFinishedWaiting(logger, wait.Resource.GetDisplayName(id));
    }

    private static DistributedApplicationException Stopped(IResource resource, IResource dependency, string reason, ILogger logger)
    {
        LogStoppedWaiting(logger, dependency.Name, reason);
        return new DistributedApplicationException($"Resource '{resource.Name}' stopped waiting for dependency resource '{dependency.Name}' {reason}");
    }

    private Task PublishWaitingAsync(IResource resource, string[] waitingFor)
    {
        // A resource that is started by hand does not wait before someone has tried to.
        var mayLeaveNotStarted = !resource.HasAnnotationOfType<ExplicitStartupAnnotation>() || !resource.HasAnnotationOfType<DcpInstancesAnnotation>();
        return PublishUpdateAsync(resource, s =>
        {
            if (waitingFor.Length == 0)
            {
                return s with { Properties = s.Properties.Without(KnownProperties.Resource.WaitingFor) };
            }

            var mayWait = s.State?.Text is null
                || s.State.Text == KnownResourceStates.Starting
                || s.State.Text == KnownResourceStates.Waiting
                || (s.State.Text == KnownResourceStates.NotStarted && mayLeaveNotStarted);
            return mayWait
                ? s with { State = KnownResourceStates.Waiting, Properties = s.Properties.With(new ResourcePropertySnapshot(KnownProperties.Resource.WaitingFor, waitingFor)) }
                : s;
        });
    }

    [LoggerMessage(LogLevel.Information, "Waiting for resource '{ResourceName}' to enter the '{State}' state.")]
    private static partial void LogWaitingForState(ILogger logger, string resourceName, string state);

    [LoggerMessage(LogLevel.Information, "Waiting for resource '{ResourceName}' to become healthy.")]
    private static partial void LogWaitingForHealth(ILogger logger, string resourceName);

    [LoggerMessage(LogLevel.Information, "Waiting for resource '{ResourceName}' to complete.")]
    private static partial void LogWaitingForCompletion(ILogger logger, string resourceName);

    [LoggerMessage(LogLevel.Information, "Finished waiting for resource '{ResourceName}'.")]
    private static partial void LogFinishedWaiting(ILogger logger, string resourceName);

    [LoggerMessage(LogLevel.Error, "Stopped waiting for resource '{ResourceName}' {Reason}")]
    private static partial void LogStoppedWaiting(ILogger logger, string resourceName, string reason);
}
