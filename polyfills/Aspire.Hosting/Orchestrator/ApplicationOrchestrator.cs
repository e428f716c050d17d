using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestrator;

/// <summary>Connects the model, its events and the notifications with the processes.</summary>
internal sealed partial class ApplicationOrchestrator : IProcessEvents
{
    private readonly DistributedApplicationModel _model;
    private readonly DistributedApplicationExecutionContext _executionContext;
    private readonly DcpExecutor _executor;
    private readonly ParameterProcessor _parameters;
    private readonly ResourceNotificationService _notifications;
    private readonly ResourceLoggerService _loggers;
    private readonly IDistributedApplicationEventing _eventing;
    private readonly IServiceProvider _services;
    private readonly HashSet<IResource> _connectionStringAnnounced = [];

    public ApplicationOrchestrator(
        DistributedApplicationModel model,
        DistributedApplicationExecutionContext executionContext,
        DcpExecutor executor,
        ParameterProcessor parameters,
        ResourceNotificationService notifications,
        ResourceLoggerService loggers,
        IDistributedApplicationEventing eventing,
        IServiceProvider services)
    {
        _model = model;
        _executionContext = executionContext;
        _executor = executor;
        _parameters = parameters;
        _notifications = notifications;
        _loggers = loggers;
        _eventing = eventing;
        _services = services;

        _eventing.Subscribe<ResourceEndpointsAllocatedEvent>((e, token) => PublishUrlsAsync(e.Resource, token));
        _eventing.Subscribe<ConnectionStringAvailableEvent>((e, token) => PublishConnectionStringAsync(e.Resource, token));
        _eventing.Subscribe<BeforeResourceStartedEvent>(WaitForDependenciesAsync);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _executor.Prepare(this);
        await PublishInitialStatesAsync(cancellationToken).ConfigureAwait(false);
        await _executor.RunAsync(cancellationToken).ConfigureAwait(false);
        await _eventing.PublishAsync(new AfterResourcesCreatedEvent(_services, _model), cancellationToken).ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _executor.StopAsync(cancellationToken);

    public async Task StartResourceAsync(string resourceId, CancellationToken cancellationToken)
    {
        var resource = _executor.GetInstance(resourceId).Resource;

        // One that waits is starting already: it is told to wait no longer.
        var waited = false;
        await _notifications.PublishUpdateAsync(resource, resourceId, s =>
        {
            waited = s.State?.Text == KnownResourceStates.Waiting;
            return waited ? s with { State = KnownResourceStates.Starting } : s;
        }).ConfigureAwait(false);

        if (!waited)
        {
            await _executor.StartInstanceAsync(resourceId, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task StopResourceAsync(string resourceId, CancellationToken cancellationToken) => _executor.StopInstanceAsync(resourceId, cancellationToken);

    Task IProcessEvents.EndpointsAllocatedAsync(IResource resource, CancellationToken cancellationToken) =>
        _eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(resource, _services), cancellationToken);

    async Task IProcessEvents.ConnectionStringAvailableAsync(IResource resource, CancellationToken cancellationToken)
    {
        lock (_connectionStringAnnounced)
        {
            if (!_connectionStringAnnounced.Add(resource))
            {
                return;
            }
        }

        await AnnounceConnectionStringAsync(resource, cancellationToken).ConfigureAwait(false);
    }

    async Task IProcessEvents.StartingAsync(IResource resource, string? resourceId, CancellationToken cancellationToken)
    {
        await PublishAsync(resource, resourceId, s => s with { State = KnownResourceStates.Starting, HealthReports = InitialHealthReports(resource) }).ConfigureAwait(false);
        await _eventing.PublishAsync(new BeforeResourceStartedEvent(resource, _services) { ResourceInstanceId = resourceId }, cancellationToken).ConfigureAwait(false);
    }

    Task IProcessEvents.FailedToStartAsync(IResource resource, string resourceId, bool reasonIsLogged) =>
        _notifications.PublishUpdateAsync(resource, resourceId, s => s with { State = new(KnownResourceStates.FailedToStart, reasonIsLogged ? KnownResourceStateStyles.Error : null) });

    async Task IProcessEvents.StoppedAsync(IResource resource, string resourceId)
    {
        lock (_connectionStringAnnounced)
        {
            _connectionStringAnnounced.Remove(resource);
        }

        if (_notifications.TryGetCurrentState(resourceId, out var ended))
        {
            try
            {
                await PublishStoppedAsync(resource, ended).ConfigureAwait(false);
            }
            catch (Exception ex)
            {
                LogSubscriberFailed(_loggers.GetLogger(resourceId), ex, resource.Name);
            }
        }
    }

    private static ImmutableArray<HealthReportSnapshot> InitialHealthReports(IResource resource) =>
        resource.TryGetAnnotationsIncludingAncestorsOfType<HealthCheckAnnotation>(out var checks) ? [.. checks.Select(c => new HealthReportSnapshot(c.Key, null, null, null))] : [];

    private async Task PublishInitialStatesAsync(CancellationToken cancellationToken)
    {
        await _parameters.InitializeAsync(_model.Resources.OfType<ParameterResource>()).ConfigureAwait(false);
        foreach (var resource in _model.Resources)
        {
            var parent = (resource as IResourceWithParent)?.Parent
                ?? resource.Annotations.OfType<ResourceRelationshipAnnotation>().LastOrDefault(r => r.Type == KnownRelationshipTypes.Parent)?.Resource;
            await _notifications.PublishUpdateAsync(resource, s => s with
            {
                Relationships = resource.GetRelationships(),
                Urls = ProcessSnapshots.Urls(resource, isRunning: false),
                HealthReports = InitialHealthReports(resource),
                Properties = parent is null ? s.Properties : s.Properties.With(new ResourcePropertySnapshot(KnownProperties.Resource.ParentName, parent.GetResolvedResourceNames()[0])),
            }).ConfigureAwait(false);

            await _eventing.PublishAsync(
                new InitializeResourceEvent(resource, _eventing, _loggers, _notifications, _services),
                EventDispatchBehavior.NonBlockingConcurrent,
                cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task PublishUrlsAsync(IResource resource, CancellationToken cancellationToken)
    {
        var logger = _loggers.GetLogger(resource);
        try
        {
            await ResourceUrls.ResolveAsync(resource, new ResourceUrlsCallbackContext(_executionContext, resource, cancellationToken: cancellationToken) { Logger = logger }).ConfigureAwait(false);
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            LogUrlsFailed(logger, ex, resource.Name);
        }

        await _notifications.PublishUpdateAsync(resource, s => s with { Urls = ProcessSnapshots.Urls(resource, s.State?.Text == KnownResourceStates.Running) }).ConfigureAwait(false);
    }

    private async Task PublishConnectionStringAsync(IResource resource, CancellationToken cancellationToken)
    {
        if (resource is IResourceWithConnectionString source)
        {
            var connectionString = await source.GetConnectionStringAsync(cancellationToken).ConfigureAwait(false);
            await _notifications.PublishUpdateAsync(resource, s => s with
            {
                Properties = s.Properties.With(new ResourcePropertySnapshot(KnownProperties.Resource.ConnectionString, connectionString) { IsSensitive = true }),
            }).ConfigureAwait(false);
        }
    }

    private async Task AnnounceConnectionStringAsync(IResource resource, CancellationToken cancellationToken)
    {
        if (resource is IResourceWithConnectionString)
        {
            await _eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, _services), cancellationToken).ConfigureAwait(false);
        }

        foreach (var child in _model.GetDependentChildren(resource).Where(c => c is IResourceWithConnectionString))
        {
            await AnnounceConnectionStringAsync(child, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task PublishStoppedAsync(IResource resource, ResourceEvent ended)
    {
        await _eventing.PublishAsync(new ResourceStoppedEvent(resource, _services, ended)).ConfigureAwait(false);
        foreach (var child in _model.GetDependentChildren(resource))
        {
            await PublishStoppedAsync(child, ended).ConfigureAwait(false);
        }
    }

    // Ends when everything is there, or when someone has the resource start regardless.
    private async Task WaitForDependenciesAsync(BeforeResourceStartedEvent e, CancellationToken cancellationToken)
    {
        if (!e.Resource.HasAnnotationOfType<WaitAnnotation>())
        {
            return;
        }

        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var released = _notifications.WaitForResourceAsync(
            e.Resource.Name,
            seen =>
            {
                if (e.ResourceInstanceId is not null && seen.ResourceId != e.ResourceInstanceId)
                {
                    return false;
                }

                if (seen.Snapshot.State?.Text == KnownResourceStates.Waiting)
                {
                    waiting.Add(seen.ResourceId);
                    return false;
                }

                // Only one that has waited can stop waiting.
                return waiting.Contains(seen.ResourceId);
            },
            done.Token);

        try
        {
            var dependencies = _notifications.WaitForDependenciesAsync(e.Resource, done.Token);
            var first = await Task.WhenAny(dependencies, released).ConfigureAwait(false);
            if (first == dependencies)
            {
                await dependencies.ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            await done.CancelAsync().ConfigureAwait(false);
        }
    }

    private Task PublishAsync(IResource resource, string? resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> update) =>
        resourceId is null ? _notifications.PublishUpdateAsync(resource, update) : _notifications.PublishUpdateAsync(resource, resourceId, update);

    [LoggerMessage(LogLevel.Error, "An error occurred while processing URLs for resource '{ResourceName}'.")]
    private static partial void LogUrlsFailed(ILogger logger, Exception exception, string resourceName);

    [LoggerMessage(LogLevel.Error, "A subscriber to the end of resource '{ResourceName}' failed.")]
    private static partial void LogSubscriberFailed(ILogger logger, Exception exception, string resourceName);
}
