using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Knows the latest state of every resource instance, tells whoever watches, and lets others wait for a state.</summary>
public partial class ResourceNotificationService : IDisposable
{
    private readonly ConcurrentDictionary<string, InstanceState> _states = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Channel<ResourceEvent>> _watchers = [];
    private readonly Lock _watchersLock = new();
    private readonly CancellationTokenSource _disposing = new();
    private readonly ILogger<ResourceNotificationService> _logger;
    private readonly IServiceProvider _services;
    private readonly ResourceLoggerService _loggers;
    private readonly WaitBehavior _defaultWaitBehavior;

    public ResourceNotificationService(
        ILogger<ResourceNotificationService> logger,
        IHostApplicationLifetime hostApplicationLifetime,
        IServiceProvider serviceProvider,
        ResourceLoggerService resourceLoggerService)
    {
        _ = hostApplicationLifetime;
        _logger = logger;
        _services = serviceProvider;
        _loggers = resourceLoggerService;
        _defaultWaitBehavior = serviceProvider.GetService<IOptions<ResourceNotificationServiceOptions>>()?.Value.DefaultWaitBehavior ?? WaitBehavior.StopOnResourceUnavailable;
    }

    public async Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);

        foreach (var id in resource.GetResolvedResourceNames())
        {
            await PublishUpdateAsync(resource, id, stateFactory).ConfigureAwait(false);
        }
    }

    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(stateFactory);

        var state = _states.GetOrAdd(resourceId, static (_, r) => new InstanceState(r), resource);
        if (state.Resource != resource)
        {
            throw new InvalidOperationException($"Resource instance doesn't match resource previously registered with specified resource id '{resourceId}'.");
        }

        lock (state)
        {
            var previous = state.Snapshot ?? InitialSnapshot(resource);
            var next = Decorate(resource, stateFactory(previous));
            if (state.Snapshot?.ContentEquals(next) == true)
            {
                return Task.CompletedTask;
            }

            next = next with { Version = ++state.Version };
            state.Snapshot = next;
            if (previous.State?.Text != next.State?.Text)
            {
                LogStateChanged(resource.Name, resourceId, previous.State?.Text, next.State?.Text);
            }

            var resourceEvent = new ResourceEvent(resource, resourceId, next);
            lock (_watchersLock)
            {
                _watchers.ForEach(w => w.Writer.TryWrite(resourceEvent));
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>The latest state of every instance, then each change.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
        var watcher = Channel.CreateUnbounded<ResourceEvent>();
        lock (_watchersLock)
        {
            _watchers.Add(watcher);
        }

        try
        {
            // Subscribed first, so that nothing is missed; what the replay already said is not said again.
            var replayed = new Dictionary<string, long>();
            foreach (var (id, state) in _states)
            {
                if (state.Snapshot is { } snapshot)
                {
                    replayed[id] = snapshot.Version;
                    yield return new ResourceEvent(state.Resource, id, snapshot);
                }
            }

            await foreach (var resourceEvent in watcher.Reader.ReadAllAsync(stop.Token).ConfigureAwait(false))
            {
                if (!replayed.TryGetValue(resourceEvent.ResourceId, out var version) || resourceEvent.Snapshot.Version > version)
                {
                    yield return resourceEvent;
                }
            }
        }
        finally
        {
            lock (_watchersLock)
            {
                _watchers.Remove(watcher);
            }
        }
    }

    /// <summary>By id, or by name where that means one instance only.</summary>
    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        if (_states.TryGetValue(resourceId, out var exact) && exact.Snapshot is { } snapshot)
        {
            resourceEvent = new ResourceEvent(exact.Resource, resourceId, snapshot);
            return true;
        }

        var named = _states.Where(s => s.Value.Resource.Name.Equals(resourceId, StringComparison.OrdinalIgnoreCase)).Take(2).ToArray();
        resourceEvent = named is [{ Value.Snapshot: { } only } single] ? new ResourceEvent(single.Value.Resource, single.Key, only) : null;
        return resourceEvent is not null;
    }

    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [string.IsNullOrEmpty(targetState) ? KnownResourceStates.Running : targetState], cancellationToken);

    public async Task<string> WaitForResourceAsync(string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var states = targetStates.ToArray();
        var reached = await WaitAsync(
            resourceName,
            e => e.Snapshot.State?.Text is { Length: > 0 } state && states.Contains(state, StringComparer.OrdinalIgnoreCase),
            $"failed to reach one of the target states: [{string.Join(", ", states)}]",
            cancellationToken).ConfigureAwait(false);
        return reached.Snapshot.State!.Text;
    }

    public Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default) =>
        WaitAsync(resourceName, predicate, "failed to meet the predicate condition", cancellationToken);

    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, _defaultWaitBehavior, cancellationToken);

    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        if (waitBehavior == WaitBehavior.StopOnResourceUnavailable
            && _services.GetService<DistributedApplicationModel>() is { } model
            && !model.Resources.TryGetByName(resourceName, out _))
        {
            throw new DistributedApplicationException($"Stopped waiting for resource '{resourceName}' to become healthy because it does not exist in the application model.");
        }

        var reached = await WaitAsync(
            resourceName,
            e => e.Snapshot.HealthStatus == HealthStatus.Healthy || (waitBehavior == WaitBehavior.StopOnResourceUnavailable && IsUnavailable(e.Snapshot)),
            "failed to become healthy",
            cancellationToken).ConfigureAwait(false);
        if (reached.Snapshot.HealthStatus != HealthStatus.Healthy)
        {
            throw new DistributedApplicationException($"Stopped waiting for resource '{resourceName}' to become healthy because it failed to start.");
        }

        return await WaitUntilReadyAsync(reached.Resource, reached.ResourceId, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        // Not disposed itself: those who still watch hold its token.
        _disposing.Cancel();
    }

    private static bool IsUnavailable(CustomResourceSnapshot snapshot) =>
        snapshot.State?.Text is { } state && (KnownResourceStates.TerminalStates.Contains(state) || state == KnownResourceStates.RuntimeUnhealthy);

    private static CustomResourceSnapshot InitialSnapshot(IResource resource)
    {
        var initial = resource.TryGetLastAnnotation<ResourceSnapshotAnnotation>(out var annotation)
            ? annotation.InitialSnapshot
            : new CustomResourceSnapshot { ResourceType = resource.GetResourceType(), Properties = [] };
        return initial.Relationships.IsEmpty ? initial with { Relationships = resource.GetRelationships() } : initial;
    }

    // What follows from the model rather than from the update: commands, icon, visibility.
    private CustomResourceSnapshot Decorate(IResource resource, CustomResourceSnapshot snapshot)
    {
        if (snapshot.State?.Text != KnownResourceStates.Waiting)
        {
            snapshot = snapshot with { Properties = snapshot.Properties.Without(KnownProperties.Resource.WaitingFor) };
        }

        if (resource.TryGetLastAnnotation<ResourceIconAnnotation>(out var icon) && string.IsNullOrEmpty(snapshot.IconName))
        {
            snapshot = snapshot with { IconName = icon.IconName, IconVariant = snapshot.IconVariant ?? icon.IconVariant };
        }

        if (resource.HasAnnotationOfType<HiddenAnnotation>())
        {
            snapshot = snapshot with { IsHidden = true };
        }

        return resource.TryGetAnnotationsOfType<ResourceCommandAnnotation>(out var commands)
            ? snapshot with { Commands = [.. commands.Select(c => Describe(c, snapshot))] }
            : snapshot;
    }

    private ResourceCommandSnapshot Describe(ResourceCommandAnnotation command, CustomResourceSnapshot snapshot)
    {
        var state = command.UpdateState(new UpdateCommandStateContext { ResourceSnapshot = snapshot, Services = _services });
#pragma warning disable CS0618 // shown for those who still set it
        return new ResourceCommandSnapshot(command.Name, state, command.DisplayName, command.DisplayDescription, command.Parameter, command.ConfirmationMessage, command.IconName, command.IconVariant, command.IsHighlighted)
        {
            Arguments = command.Arguments,
            Visibility = command.Visibility,
        };
#pragma warning restore CS0618
    }

    private async Task<ResourceEvent> WaitUntilReadyAsync(IResource resource, string resourceId, CancellationToken cancellationToken)
    {
        var ready = await WaitAsync(
            resource.Name,
            e => e.ResourceId == resourceId && e.Snapshot.ResourceReadyEvent is not null,
            "failed to execute the resource ready event",
            cancellationToken).ConfigureAwait(false);
        await ready.Snapshot.ResourceReadyEvent!.WaitAsync(cancellationToken).ConfigureAwait(false);
        return ready;
    }

    private async Task<ResourceEvent> WaitAsync(string resourceName, Func<ResourceEvent, bool> predicate, string failure, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var resourceEvent in WatchAsync(cancellationToken).ConfigureAwait(false))
            {
                if (resourceEvent.Resource.Name.Equals(resourceName, StringComparison.OrdinalIgnoreCase) && predicate(resourceEvent))
                {
                    return resourceEvent;
                }
            }
        }
        catch (OperationCanceledException ex)
        {
            throw new OperationCanceledException($"Resource '{resourceName}' {failure} before the operation was cancelled.", ex, ex.CancellationToken);
        }

        throw new OperationCanceledException($"Resource '{resourceName}' {failure} before the operation was cancelled.");
    }

    [LoggerMessage(LogLevel.Debug, "Resource {ResourceName}/{ResourceId} changed state: {PreviousState} -> {NewState}")]
    private partial void LogStateChanged(string resourceName, string resourceId, string? previousState, string? newState);

    private sealed class InstanceState(IResource resource)
    {
        public IResource Resource => resource;

        public CustomResourceSnapshot? Snapshot { get; set; }

        public long Version { get; set; }
    }
}
