using Microsoft.Extensions.Options;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Messaging;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Statistics;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Hub;
using SocialSentiment.MlWorker.Models.Store;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.ServiceDefaults.Health;

namespace SocialSentiment.MlWorker.Models.Host;

/// <summary>
/// Sees to it that what shall serve does: after a restart, when another replica has decided something, and when the active
/// model has stopped answering. Replicas tell each other of decisions, and ask for them when they come; the newest holds,
/// so that all of them end up with the same model in whatever order they hear.
/// </summary>
internal sealed partial class ModelKeeper : BackgroundService, IBroadcastListener
{
    private const string Work = "model";
    private const string LastResort = "vader";
    private static readonly TimeSpan s_lookInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_retryInterval = TimeSpan.FromSeconds(30);

    private readonly ModelHost _host;
    private readonly ModelCatalog _catalog;
    private readonly ModelStore _store;
    private readonly ModelDownloads _downloads;
    private readonly HubRepositoryInspector _inspector;
    private readonly ActivationFile _activations;
    private readonly Publisher _publisher;
    private readonly StartupReadiness _readiness;
    private readonly ModelOptions _options;
    private readonly string _me;
    private readonly TimeProvider _time;
    private readonly ILogger<ModelKeeper> _logger;
    private TaskCompletionSource _look = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ModelKeeper(
        ModelHost host,
        ModelCatalog catalog,
        ModelStore store,
        ModelDownloads downloads,
        HubRepositoryInspector inspector,
        ActivationFile activations,
        Publisher publisher,
        StartupReadiness readiness,
        IOptions<ModelOptions> options,
        InferenceMetrics metrics,
        ServiceInfo service,
        TimeProvider time,
        ILogger<ModelKeeper> logger)
    {
        (_host, _catalog, _store, _downloads, _inspector, _activations, _publisher) = (host, catalog, store, downloads, inspector, activations, publisher);
        (_readiness, _options, _me, _time, _logger) = (readiness, options.Value, service.Instance, time, logger);
        readiness.Expect(Work);
        metrics.Observe(() => host.Loaded.Select(model => (model.Key, model.Engine.Inside, model.MemoryBytes)));
        host.Activated += activation => Tell(new ModelNotice(_me, activation));
    }

    /// <summary>Somebody has come who knows nothing of this worker: another one, the API, or this one itself after an absence.</summary>
    public event Action? Asked;

    public async Task OnConnectedAsync(CancellationToken cancellationToken)
    {
        // In this order: who hears the question knows that what follows comes from somebody who has just come.
        await _publisher.TellAsync(new ModelNotice(_me, _activations.Current, Asks: true), cancellationToken);
        Asked?.Invoke();
    }

    public async Task OnMessageAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (ModelNotices.Read(body) is not { Models: null, Leaves: false } notice || notice.From == _me)
        {
            return;
        }

        if (notice.Asks)
        {
            Asked?.Invoke();
        }

        if (notice.Download is not null || notice.CancelDownload is not null)
        {
            DownloadNotices.Hear(notice, _downloads);
            return;
        }

        if (notice.Activation is { } heard && _activations.TryAdd(heard))
        {
            LogHeard(heard.Key, heard.Version, heard.By, heard.Replica);
            Look();
        }
        else if (_activations.Current is { } mine && (notice.Asks || mine.IsNewerThan(notice.Activation)) && mine != notice.Activation)
        {
            await _publisher.TellAsync(new ModelNotice(_me, mine), cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await StartAsync();
        _readiness.Complete(Work);
        foreach (var key in _options.Preload)
        {
            await TryAsync(() => _host.LoadAsync(_catalog.Get(key), stoppingToken), key);
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAny(Volatile.Read(ref _look).Task, Task.Delay(s_lookInterval, _time, stoppingToken)).WaitAsync(stoppingToken);
            Volatile.Write(ref _look, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            if (!IsAsItShallBe() && !await TryFollowAsync(stoppingToken))
            {
                // Something new is looked at at once, the same again only after a while.
                await Task.WhenAny(Volatile.Read(ref _look).Task, Task.Delay(s_retryInterval, _time, stoppingToken)).WaitAsync(stoppingToken);
            }
        }

        async Task StartAsync()
        {
            if (_activations.Current is not null)
            {
                // A download may take long, or for ever; something else serves meanwhile.
                if (await TryFollowAsync(stoppingToken, fetch: false))
                {
                    return;
                }

                Look();
            }

            if (await TryAsync(() => _host.MakeDoWithAsync(_options.Default, _host.Note, stoppingToken), _options.Default) is not { } reason)
            {
                return;
            }

            await _host.MakeDoWithAsync(LastResort, _host.Note ?? reason, stoppingToken);
        }
    }

    private bool IsAsItShallBe()
    {
        var wanted = _activations.Current;
        var active = _host.Active;
        return active is { Engine.IsBroken: false } && (wanted is null || (wanted.Key == active.Key && wanted.Version == active.Version));
    }

    private async Task<bool> TryFollowAsync(CancellationToken cancellationToken, bool fetch = true)
    {
        var wanted = _activations.Current;
        var key = wanted?.Key ?? _host.Active!.Key;
        var reason = await TryAsync(
            async () =>
            {
                if (wanted is null)
                {
                    await _host.MakeDoWithAsync(key, null, cancellationToken);
                    return;
                }

                if (fetch)
                {
                    await FetchAsync(wanted, cancellationToken);
                }

                await _host.FollowAsync(wanted, cancellationToken);
            },
            key);
        if (reason is not null)
        {
            _host.Explain($"{key} shall serve and cannot: {reason}");
        }

        return reason is null;
    }

    /// <summary>Gets files that only another replica has so far.</summary>
    private async Task FetchAsync(ModelActivation wanted, CancellationToken cancellationToken)
    {
        var entry = _catalog.Find(wanted.Key);
        if (entry is null && wanted.Repository is { } repository)
        {
            _catalog.Add(entry = await _inspector.DescribeAsync(repository, wanted.Revision ?? "main", wanted.Key, cancellationToken));
        }

        if (entry?.Source.Kind == SourceKind.Hub && _store.Find(entry.Key, wanted.Version) is null)
        {
            var exactly = wanted.Commit is { } commit ? entry with { Source = entry.Source with { Revision = commit } } : entry;
            var end = await _downloads.Start(exactly).Completion.WaitAsync(cancellationToken);
            if (end.State != DownloadState.Done)
            {
                throw new ModelException(ModelError.NotPresent, end.Message ?? "Its download was cancelled.");
            }
        }
    }

    /// <summary>Null when it worked, else why it did not.</summary>
    private async Task<string?> TryAsync(Func<Task> action, string key)
    {
        try
        {
            await action();
            return null;
        }
        catch (Exception error) when (error is ModelException or HubException)
        {
            LogFailed(key, error.Message);
            return error.Message;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogBroken(error, key);
            return error.Message;
        }
    }

    private void Look() => Volatile.Read(ref _look).TrySetResult();

    private async void Tell(ModelNotice notice)
    {
        try
        {
            await _publisher.TellAsync(notice, CancellationToken.None);
        }
        catch (Exception error)
        {
            // Whoever missed it hears it when it asks.
            LogNotTold(error);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Model} {Version} shall serve, as {By} wished on {Replica}.")]
    private partial void LogHeard(string model, string version, string by, string replica);

    [LoggerMessage(LogLevel.Warning, "{Model} cannot serve: {Reason}")]
    private partial void LogFailed(string model, string reason);

    [LoggerMessage(LogLevel.Error, "{Model} cannot serve.")]
    private partial void LogBroken(Exception error, string model);

    [LoggerMessage(LogLevel.Warning, "The other replicas were not told of the active model.")]
    private partial void LogNotTold(Exception error);
}
