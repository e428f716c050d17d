using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestrator;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dcp;

/// <summary>What the executor tells the orchestrator.</summary>
internal interface IProcessEvents
{
    Task EndpointsAllocatedAsync(IResource resource, CancellationToken cancellationToken);

    Task ConnectionStringAvailableAsync(IResource resource, CancellationToken cancellationToken);

    /// <summary>Held back until everything it waits for is there. The id is null when all instances start together.</summary>
    Task StartingAsync(IResource resource, string? resourceId, CancellationToken cancellationToken);

    Task FailedToStartAsync(IResource resource, string resourceId, bool reasonIsLogged);

    Task StoppedAsync(IResource resource, string resourceId);
}

/// <summary>Has DCP run the processes of the model, and reports what becomes of them.</summary>
internal sealed partial class DcpExecutor : IAsyncDisposable
{
    private static readonly TimeSpan s_stopTimeout = TimeSpan.FromSeconds(19);
    private static readonly TimeSpan s_allocationTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_disposeTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    private readonly DcpHost _host;
    private readonly DcpOptions _options;
    private readonly DistributedApplicationModel _model;
    private readonly ResourceNotificationService _notifications;
    private readonly ResourceLoggerService _loggers;
    private readonly LaunchSpecFactory _launchSpecs;
    private readonly ILogger<DcpExecutor> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ProcessLogs _logs;
    private readonly Dictionary<string, ProcessInstance> _instances = new(StringComparer.OrdinalIgnoreCase);
    private List<ServedEndpoint> _served = [];
    private IProcessEvents? _events;
    private DcpClient? _client;
    private Task _watching = Task.CompletedTask;
    private int _stopped;

    public DcpExecutor(
        DcpHost host,
        DcpOptions options,
        DistributedApplicationOptions application,
        DistributedApplicationModel model,
        DistributedApplicationExecutionContext executionContext,
        ResourceNotificationService notifications,
        ResourceLoggerService loggers,
        ILogger<DcpExecutor> logger)
    {
        _host = host;
        _options = options;
        _model = model;
        _notifications = notifications;
        _loggers = loggers;
        _launchSpecs = new LaunchSpecFactory(executionContext, application.Configuration);
        _logger = logger;
        _logs = new ProcessLogs(loggers, logger, _stopping.Token);
    }

    private DcpClient Client => _client ?? throw new InvalidOperationException("The orchestrator is not running.");

    private IProcessEvents Events => _events ?? throw new InvalidOperationException("The orchestrator is not running.");

    /// <summary>Checks the model and gives every process its commands; nothing runs yet.</summary>
    public void Prepare(IProcessEvents events)
    {
        _events = events;
        _served = new ServiceAllocator(_options).CreateServices(_model);
        foreach (var resource in _model.Resources.Where(r => r.HasAnnotationOfType<DcpInstancesAnnotation>()))
        {
            LifecycleCommands.AddTo(resource);
            foreach (var instance in resource.GetInstances())
            {
                _instances.Add(instance.Name, new ProcessInstance(resource, instance));
            }
        }
    }

    /// <summary>Returns once every process that starts by itself has been handed to DCP.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _client = await _host.StartAsync(cancellationToken).ConfigureAwait(false);
        _watching = Task.Run(WatchExecutablesAsync, CancellationToken.None);

        await AllocateEndpointsAsync(cancellationToken).ConfigureAwait(false);
        foreach (var resource in _served.Select(s => s.Resource).Distinct())
        {
            await Events.EndpointsAllocatedAsync(resource, cancellationToken).ConfigureAwait(false);
        }

        await Task.WhenAll(_instances.Values.GroupBy(i => i.Resource).Select(g => Task.Run(() => StartAllAsync(g.Key, [.. g], cancellationToken), cancellationToken))).ConfigureAwait(false);
    }

    public ProcessInstance GetInstance(string resourceId) =>
        _instances.TryGetValue(resourceId, out var instance) ? instance : throw new InvalidOperationException($"Resource '{resourceId}' not found.");

    public async Task StartInstanceAsync(string resourceId, CancellationToken cancellationToken)
    {
        var instance = GetInstance(resourceId);
        await instance.Prepared.WaitAsync(cancellationToken).ConfigureAwait(false);
        await instance.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var former = await GetAsync(instance, cancellationToken).ConfigureAwait(false);
            await EnsureDeletedAsync(instance, cancellationToken).ConfigureAwait(false);
            instance.RetiredUid = former?.Metadata.Uid;
            await Events.ConnectionStringAvailableAsync(instance.Resource, cancellationToken).ConfigureAwait(false);
            await Events.StartingAsync(instance.Resource, instance.Id, cancellationToken).ConfigureAwait(false);

            var logger = _loggers.GetLogger(instance.Id);
            await CreateAsync(instance, await _launchSpecs.CreateAsync(instance.Resource, logger, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (LaunchSpecException)
        {
            await Events.FailedToStartAsync(instance.Resource, instance.Id, reasonIsLogged: true).ConfigureAwait(false);
        }
        catch (Exception ex)
        {
            LogStartFailed(_loggers.GetLogger(instance.Id), ex, instance.Resource.Name);
            await Events.FailedToStartAsync(instance.Resource, instance.Id, reasonIsLogged: false).ConfigureAwait(false);
            throw;
        }
        finally
        {
            instance.Gate.Release();
        }
    }

    public async Task StopInstanceAsync(string resourceId, CancellationToken cancellationToken)
    {
        var instance = GetInstance(resourceId);
        await instance.Prepared.WaitAsync(cancellationToken).ConfigureAwait(false);
        await instance.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Client.PatchAsync(DcpApi.Executables, instance.Id, new { spec = new { stop = true } }, cancellationToken).ConfigureAwait(false);
            var stopped = await PollAsync(
                async token => await GetAsync(instance, token).ConfigureAwait(false) is null or { Status.State: DcpStates.Finished or DcpStates.Terminated },
                s_stopTimeout,
                cancellationToken).ConfigureAwait(false);
            if (!stopped)
            {
                throw new InvalidOperationException($"Failed to stop resource '{instance.Id}'.");
            }
        }
        finally
        {
            instance.Gate.Release();
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        if (_client is null)
        {
            return;
        }

        try
        {
            if (_options.WaitForResourceCleanup)
            {
                await _client.SetExecutionAsync("CleaningResources", cancellationToken).ConfigureAwait(false);
                while ((await _client.GetExecutionAsync(cancellationToken).ConfigureAwait(false)).Status is not ("CleanupComplete" or "Stopping"))
                {
                    await Task.Delay(s_poll, cancellationToken).ConfigureAwait(false);
                }
            }

            // DCP would notice by itself that this process is gone; told, it does not lose the time.
            await _client.SetExecutionAsync("Stopping", cancellationToken).ConfigureAwait(false);
        }
        catch (Exception ex) when (ex is HttpRequestException or IOException or OperationCanceledException)
        {
            LogNotStopped(ex);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var timeout = new CancellationTokenSource(s_disposeTimeout);
        await StopAsync(timeout.Token).ConfigureAwait(false);
        _client?.Dispose();
    }

    private async Task AllocateEndpointsAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_served.Select(s => Client.CreateAsync(DcpApi.Services, s.Service, cancellationToken))).ConfigureAwait(false);

        var waiting = new Dictionary<string, ServedEndpoint>(StringComparer.Ordinal);
        foreach (var served in _served)
        {
            if (served.Service.Spec.Port is { } fixedPort)
            {
                served.Allocate(fixedPort);
            }
            else
            {
                waiting.Add(served.ServiceName, served);
            }
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(s_allocationTimeout);
        try
        {
            while (waiting.Count > 0)
            {
                await foreach (var (_, service) in Client.WatchAsync<DcpObject<ServiceSpec, ServiceStatus>>(DcpApi.Services, timeout.Token).ConfigureAwait(false))
                {
                    if (service.Status?.EffectivePort is > 0 and var port && waiting.Remove(service.Metadata.Name, out var served))
                    {
                        served.Allocate(port);
                    }

                    if (waiting.Count == 0)
                    {
                        return;
                    }
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DistributedApplicationException($"No port could be had for {string.Join(", ", waiting.Keys)} within {s_allocationTimeout.TotalSeconds} seconds.");
        }
    }

    private async Task StartAllAsync(IResource resource, ProcessInstance[] instances, CancellationToken cancellationToken)
    {
        try
        {
            if (resource.HasAnnotationOfType<ExplicitStartupAnnotation>())
            {
                await _notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.NotStarted }).ConfigureAwait(false);
                return;
            }

            await Events.ConnectionStringAvailableAsync(resource, cancellationToken).ConfigureAwait(false);
            await Events.StartingAsync(resource, instances is [var only] ? only.Id : null, cancellationToken).ConfigureAwait(false);

            var launch = await _launchSpecs.CreateAsync(resource, _loggers.GetLogger(resource), cancellationToken).ConfigureAwait(false);
            foreach (var instance in instances)
            {
                await CreateAsync(instance, launch, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception ex)
        {
            if (ex is not LaunchSpecException)
            {
                LogStartFailed(_loggers.GetLogger(resource), ex, resource.Name);
            }

            foreach (var instance in instances)
            {
                await Events.FailedToStartAsync(resource, instance.Id, reasonIsLogged: ex is LaunchSpecException).ConfigureAwait(false);
            }
        }
        finally
        {
            Array.ForEach(instances, i => i.MarkPrepared());
        }
    }

    private Task CreateAsync(ProcessInstance instance, LaunchSpec launch, CancellationToken cancellationToken)
    {
        instance.Launch = launch;

        var annotations = new Dictionary<string, string>
        {
            [DcpAnnotations.ResourceName] = instance.Resource.Name,
            [DcpAnnotations.OtelServiceName] = instance.Resource.Name,
            [DcpAnnotations.OtelServiceInstanceId] = instance.Instance.Suffix,
            [DcpAnnotations.ReplicaCount] = $"{instance.Resource.GetReplicaCount()}",
            [DcpAnnotations.ReplicaIndex] = $"{instance.Instance.Index}",
        };
        if (ServiceAllocator.DescribeServed(instance.Resource, _served) is { } served)
        {
            annotations[DcpAnnotations.ServiceProducer] = served;
        }

        return Client.CreateAsync(
            DcpApi.Executables,
            new DcpObject<ExecutableSpec, ExecutableStatus>
            {
                Kind = "Executable",
                Metadata = new DcpMetadata { Name = instance.Id, Annotations = annotations },
                Spec = new ExecutableSpec
                {
                    ExecutablePath = launch.Path,
                    WorkingDirectory = launch.WorkingDirectory,
                    Args = launch.AllArguments,
                    Env = launch.Environment,
                },
            },
            cancellationToken);
    }

    private Task<DcpObject<ExecutableSpec, ExecutableStatus>?> GetAsync(ProcessInstance instance, CancellationToken cancellationToken) =>
        Client.GetAsync<DcpObject<ExecutableSpec, ExecutableStatus>>(DcpApi.Executables, instance.Id, cancellationToken);

    // The next process has the same name, so the last one must be gone first.
    private async Task EnsureDeletedAsync(ProcessInstance instance, CancellationToken cancellationToken)
    {
        await Client.DeleteAsync(DcpApi.Executables, instance.Id, cancellationToken).ConfigureAwait(false);
        var deleted = await PollAsync(async token => await GetAsync(instance, token).ConfigureAwait(false) is null, s_stopTimeout, cancellationToken).ConfigureAwait(false);
        if (!deleted)
        {
            throw new DistributedApplicationException($"Failed to delete '{instance.Id}' successfully before restart.");
        }
    }

    private static async Task<bool> PollAsync(Func<CancellationToken, Task<bool>> condition, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(atMost);
        try
        {
            while (!await condition(timeout.Token).ConfigureAwait(false))
            {
                await Task.Delay(s_poll, timeout.Token).ConfigureAwait(false);
            }

            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task WatchExecutablesAsync()
    {
        var seen = new Dictionary<string, string?>(StringComparer.Ordinal);
        var isBroken = false;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await foreach (var (type, executable) in Client.WatchAsync<DcpObject<ExecutableSpec, ExecutableStatus>>(DcpApi.Executables, _stopping.Token).ConfigureAwait(false))
                {
                    isBroken = false;

                    // A new connection tells everything again.
                    var version = $"{executable.Metadata.Uid}/{executable.Metadata.ResourceVersion}";
                    if (type is "ADDED" or "MODIFIED" && seen.GetValueOrDefault(executable.Metadata.Name) != version && _instances.TryGetValue(executable.Metadata.Name, out var instance))
                    {
                        seen[executable.Metadata.Name] = version;
                        await ReportAsync(instance, executable).ConfigureAwait(false);
                    }
                }
            }
            catch (Exception ex) when (ex is OperationCanceledException or HttpRequestException or IOException)
            {
                if (!_stopping.IsCancellationRequested)
                {
                    if (!isBroken)
                    {
                        isBroken = true;
                        LogWatchBroken(ex);
                    }

                    await Task.Delay(TimeSpan.FromSeconds(1), _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
    }

    private async Task ReportAsync(ProcessInstance instance, DcpObject<ExecutableSpec, ExecutableStatus> executable)
    {
        var state = executable.Status?.State;
        var hasEnded = state is not null && KnownResourceStates.TerminalStates.Contains(state);
        if (!string.IsNullOrEmpty(state))
        {
            _logs.Follow(Client, instance.Id, executable.Metadata.Uid!);
        }

        if (hasEnded)
        {
            // Whoever learns that a process has ended can read all it has said.
            await _logs.CompleteAsync(executable.Metadata.Uid!).ConfigureAwait(false);
        }

        var hadEnded = _notifications.TryGetCurrentState(instance.Id, out var known) && known.Snapshot.State is { } before && KnownResourceStates.TerminalStates.Contains(before.Text);
        await _notifications.PublishUpdateAsync(instance.Resource, instance.Id, s => executable.Metadata.Uid == instance.RetiredUid ? s : ProcessSnapshots.Apply(s, instance, executable)).ConfigureAwait(false);
        if (hasEnded && !hadEnded && executable.Metadata.Uid != instance.RetiredUid)
        {
            // Subscribers may take their time, or start it again; reports go on.
            _ = Task.Run(() => Events.StoppedAsync(instance.Resource, instance.Id), CancellationToken.None);
        }
    }

    [LoggerMessage(LogLevel.Error, "Failed to create resource {ResourceName}")]
    private static partial void LogStartFailed(ILogger logger, Exception exception, string resourceName);

    [LoggerMessage(LogLevel.Debug, "The orchestrator could not be told to stop; it will notice that the AppHost is gone.")]
    private partial void LogNotStopped(Exception exception);

    [LoggerMessage(LogLevel.Critical, "The orchestrator no longer reports on its processes.")]
    private partial void LogWatchBroken(Exception exception);
}
