using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.MlWorker.Inference.Statistics;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Store;
using SocialSentiment.ServiceDefaults;

namespace SocialSentiment.MlWorker.Models.Host;

/// <summary>
/// Holds the models in memory and lends them out. A new one is loaded, warmed up and checked beside the old one, then takes
/// its place in one step; the old one goes when its last user has left. What fails on the way changes nothing.
/// </summary>
internal sealed partial class ModelHost(
    ModelCatalog catalog,
    ModelStore store,
    ModelLoader loader,
    GeneratorShelf generators,
    ActivationFile activations,
    IOptions<ModelOptions> options,
    InferenceMetrics metrics,
    ServiceInfo service,
    TimeProvider time,
    ILogger<ModelHost> logger) : IAsyncDisposable
{
    /// <summary>How long memory is waited for that somebody still uses.</summary>
    private static readonly TimeSpan s_evictionTimeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly ConcurrentDictionary<string, LoadedModel> _loaded = new(StringComparer.OrdinalIgnoreCase);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LoadedModel? _active;

    /// <summary>Called with every decision that was made here.</summary>
    public event Action<ModelActivation>? Activated;

    /// <summary>Called when another model serves, something has come into the memory or left it, or there is something else to say.</summary>
    public event Action? Changed;

    /// <summary>What serves.</summary>
    public LoadedModel? Active => Volatile.Read(ref _active);

    public IReadOnlyList<LoadedModel> Loaded => [.. _loaded.Values];

    /// <summary>Why something else serves than what shall, or may after a restart; for people.</summary>
    public string? Note { get; private set; }

    /// <summary>What loaded models may take together.</summary>
    public long MemoryBudget { get; } = options.Value.MemoryBudgetMb > 0
        ? options.Value.MemoryBudgetMb * 1024L * 1024
        : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    public long MemoryUsed => _loaded.Values.Sum(model => model.MemoryBytes) + generators.MemoryUsed;

    /// <summary>The version of a model that is used: the one that was activated last, else the newest that is here.</summary>
    public StoredModel? Stored(string key)
    {
        var pinned = activations.History.FirstOrDefault(activation => string.Equals(activation.Key, key, StringComparison.OrdinalIgnoreCase))?.Version;
        return (pinned is null ? null : store.Find(key, pinned)) ?? store.Find(key);
    }

    /// <summary>Lends a model out, the active one unless another is named; it is loaded if it has to be.</summary>
    public async ValueTask<ModelLease> LeaseAsync(string? key, CancellationToken cancellationToken)
    {
        if (!_ready.Task.IsCompletedSuccessfully)
        {
            await _ready.Task.WaitAsync(cancellationToken);
        }

        while (true)
        {
            // The active one is looked after by others; of all others nobody else would notice that they have stopped answering.
            var model = key is null ? Active! : _loaded.GetValueOrDefault(key);
            var isMissing = model is null || (model != Active && model.Engine.IsBroken);
            if (!isMissing && model!.TryHold(time.GetTimestamp()))
            {
                return new ModelLease(model);
            }

            if (key is not null && isMissing)
            {
                await LoadAsync(catalog.Get(key), cancellationToken);
            }
        }
    }

    /// <summary>Has a model serve from now on, here and on every other replica.</summary>
    /// <param name="version">None: the newest that is here.</param>
    public async Task<ModelActivation> ActivateAsync(string key, string? version, string by, CancellationToken cancellationToken)
    {
        var entry = catalog.Get(key);
        await _changing.WaitAsync(cancellationToken);
        ModelActivation activation;
        try
        {
            var model = await SwapAsync(entry, Find(entry, version), cancellationToken);
            activation = new ModelActivation(
                entry.Key,
                model.Version,
                (activations.Current?.Number ?? 0) + 1,
                time.GetUtcNow(),
                by,
                service.Instance,
                catalog.IsBuiltIn(entry.Key) ? null : entry.Source.Repository,
                catalog.IsBuiltIn(entry.Key) ? null : entry.Source.Revision,
                store.Find(entry.Key, model.Version)?.Manifest.Commit);
            activations.TryAdd(activation);
            Explain(activations.Problem);
        }
        finally
        {
            _changing.Release();
        }

        LogActivated(activation.Key, activation.Version, activation.By);
        Activated?.Invoke(activation);
        return activation;
    }

    /// <summary>
    /// Takes back the last change: a model returns to the version that it had before; the active model, if it never had
    /// another, makes room for the one that served before it.
    /// </summary>
    public Task<ModelActivation> RollBackAsync(string key, string by, CancellationToken cancellationToken)
    {
        var entry = catalog.Get(key);
        var history = activations.History;
        var current = history.FirstOrDefault(activation => IsOf(activation, entry));
        var earlier = history.SkipWhile(activation => activation != current).FirstOrDefault(activation => IsOf(activation, entry) && activation.Version != current!.Version);
        var isActive = history.Count > 0 && IsOf(history[0], entry);
        var before = earlier ?? (isActive ? history.FirstOrDefault(activation => !IsOf(activation, entry)) : null);
        if (before is not null)
        {
            return ActivateAsync(before.Key, before.Version, by, cancellationToken);
        }

        // What served before anybody decided anything.
        var first = options.Value.Default;
        return isActive && !string.Equals(first, entry.Key, StringComparison.OrdinalIgnoreCase)
            ? ActivateAsync(first, version: null, by, cancellationToken)
            : throw new ModelException(
                ModelError.Busy,
                current is null ? $"{entry.Key} has never been activated: there is nothing to take back." : $"Nothing served before {entry.Key} {current.Version}: there is nothing to go back to.");
    }

    /// <summary>Follows a decision that was made elsewhere, or before the last restart.</summary>
    public async Task FollowAsync(ModelActivation activation, CancellationToken cancellationToken)
    {
        var entry = catalog.Get(activation.Key);
        await _changing.WaitAsync(cancellationToken);
        try
        {
            await SwapAsync(entry, Find(entry, activation.Version), cancellationToken);
            Explain(activations.Problem);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Has a model serve for want of a better one; that is no decision, and not kept.</summary>
    public async Task MakeDoWithAsync(string key, string? note, CancellationToken cancellationToken)
    {
        var entry = catalog.Get(key);
        await _changing.WaitAsync(cancellationToken);
        try
        {
            await SwapAsync(entry, Find(entry, version: null), cancellationToken);
            Explain(note);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Says why things are not as they shall be, if they are not; whatever serves goes on.</summary>
    public void Explain(string? note)
    {
        Note = note;
        Changed?.Invoke();
    }

    /// <summary>Loads a model without having it serve.</summary>
    public async Task LoadAsync(ModelEntry entry, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            if (!_loaded.TryGetValue(entry.Key, out var model) || (model != Active && model.Engine.IsBroken))
            {
                Keep(await LoadBesideAsync(entry, Stored(entry.Key), cancellationToken));
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Takes a model out of memory, to delete its files.</summary>
    public async Task UnloadAsync(string key, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            if (string.Equals(Active?.Key, key, StringComparison.OrdinalIgnoreCase))
            {
                throw new ModelException(ModelError.Busy, $"{key} is active: activate another model first.");
            }

            if (_loaded.TryRemove(key, out var model))
            {
                model.Retire();
                LogUnloaded(model.Key, model.Version);
                Changed?.Invoke();
            }

            if (generators.Find(key) is { } generator && generators.Remove(generator))
            {
                LogUnloaded(generator.Key, generator.Version);
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>
    /// Takes out of memory what was not used for longest, until there is room. The active model, those it asks and the
    /// preloaded ones stay.
    /// </summary>
    public async Task MakeRoomAsync(ModelEntry entry, long bytes, CancellationToken cancellationToken)
    {
        while (MemoryUsed + bytes > MemoryBudget)
        {
            var labelling = _loaded.Values.Where(model => model != Active && !StaysLoaded(model.Key));
            var idlest = labelling.Concat<HeldModel>(generators.Loaded).Where(model => model.MemoryBytes > 0 && model.Users == 0).MinBy(model => model.LastUsed);
            if (idlest is null)
            {
                throw new ModelException(
                    ModelError.TooLarge,
                    $"{entry.Key} needs about {Megabytes(bytes)} MB, and {Megabytes(MemoryUsed)} of the {Megabytes(MemoryBudget)} MB that models may take are in use (Models:MemoryBudgetMb).");
            }

            if (idlest is LoadedGenerator generator)
            {
                generators.Remove(generator);
            }
            else
            {
                _loaded.TryRemove(KeyValuePair.Create(idlest.Key, (LoadedModel)idlest));
                idlest.Retire();
            }

            LogEvicted(idlest.Key, entry.Key);
            Changed?.Invoke();
            try
            {
                await idlest.Gone.WaitAsync(s_evictionTimeout, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // Somebody came in at the last moment, and uses it for long: it goes, if not now.
            }
        }
    }

    /// <summary>A version of a model that has files, or the newest.</summary>
    /// <exception cref="ModelException">It is not here.</exception>
    public StoredModel Require(ModelEntry entry, string? version)
    {
        if (store.Find(entry.Key, version) is { } stored)
        {
            return stored;
        }

        var versions = store.Versions(entry.Key);
        throw new ModelException(
            ModelError.NotPresent,
            versions.Count > 0 ? $"Version {version} of {entry.Key} is not here; there is {string.Join(", ", versions.Select(other => other.Version))}."
            : entry.Source.Kind == SourceKind.Embedded ? $"{entry.Key} is not part of this build: models/{entry.Key} has no files."
            : $"The files of {entry.Key} are not here: download it first (POST /models/download).");
    }

    public async ValueTask DisposeAsync()
    {
        LoadedModel[] all = [.. _loaded.Values];
        foreach (var model in all)
        {
            model.Retire();
        }

        await Task.WhenAll(all.Select(model => model.Gone));
        _changing.Dispose();
    }

    private static bool IsOf(ModelActivation activation, ModelEntry entry) => string.Equals(activation.Key, entry.Key, StringComparison.OrdinalIgnoreCase);

    private StoredModel? Find(ModelEntry entry, string? version) => entry.Source.Kind is SourceKind.BuiltIn or SourceKind.Remote ? null : Require(entry, version);

    private async Task<LoadedModel> SwapAsync(ModelEntry entry, StoredModel? stored, CancellationToken cancellationToken)
    {
        LoadedModel next;
        try
        {
            next = _loaded.TryGetValue(entry.Key, out var here) && !here.Engine.IsBroken && (stored is null || here.Version == stored.Version)
                ? here
                : await LoadBesideAsync(entry, stored, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            metrics.Swaps.Add(1, new("model", entry.Key), new("outcome", "refused"));
            throw;
        }

        await LoadMembersAsync(entry, cancellationToken);
        var former = Interlocked.Exchange(ref _active, next);
        Keep(next);
        if (former != next)
        {
            metrics.Swaps.Add(1, new("model", entry.Key), new("outcome", "ok"));
        }

        if (former is not null && former != next && !StaysLoaded(former.Key) && _loaded.TryRemove(KeyValuePair.Create(former.Key, former)))
        {
            former.Retire();
            LogUnloaded(former.Key, former.Version);
        }

        _ready.TrySetResult();
        return next;
    }

    /// <summary>So that the first callers of an ensemble need not wait for its members. Who is missing does not vote.</summary>
    private async Task LoadMembersAsync(ModelEntry entry, CancellationToken cancellationToken)
    {
        foreach (var member in entry.Members.Where(member => !_loaded.ContainsKey(member.Key)))
        {
            try
            {
                Keep(await LoadBesideAsync(catalog.Get(member.Key), Stored(member.Key), cancellationToken));
            }
            catch (ModelException error)
            {
                LogMemberMissing(member.Key, entry.Key, error.Message);
            }
        }
    }

    private async Task<LoadedModel> LoadBesideAsync(ModelEntry entry, StoredModel? stored, CancellationToken cancellationToken)
    {
        await MakeRoomAsync(entry, loader.Estimate(entry, stored), cancellationToken);
        return await loader.LoadAsync(entry, stored, AskMemberAsync, cancellationToken);
    }

    /// <summary>The model is found under its key from now on; another version of it goes.</summary>
    private void Keep(LoadedModel model)
    {
        var former = _loaded.GetValueOrDefault(model.Key);
        _loaded[model.Key] = model;
        if (former is not null && former != model)
        {
            former.Retire();
        }

        Changed?.Invoke();
    }

    private bool StaysLoaded(string key) => options.Value.Preload.Contains(key, StringComparer.OrdinalIgnoreCase) || IsAsked(key);

    private bool IsAsked(string key) => Active?.Entry.Members.Any(member => string.Equals(member.Key, key, StringComparison.OrdinalIgnoreCase)) == true;

    private async ValueTask<AnalyzerIdentity> AskMemberAsync(string key, ReadOnlyMemory<string> texts, Memory<TextScores> results, Call call, CancellationToken cancellationToken)
    {
        if (catalog.Get(key).Family == ModelFamily.Ensemble)
        {
            throw new ModelException(ModelError.Refused, $"{key} is an ensemble, and an ensemble is no member of another.");
        }

        using var lease = await LeaseAsync(key, cancellationToken);
        return await lease.Model.Engine.AnalyzeAsync(texts, results, call, cancellationToken) ?? lease.Model.Identity;
    }

    private static long Megabytes(long bytes) => bytes / 1024 / 1024;

    [LoggerMessage(LogLevel.Information, "{Model} {Version} serves from now on, as {By} wishes.")]
    private partial void LogActivated(string model, string version, string by);

    [LoggerMessage(LogLevel.Information, "{Model} {Version} is not needed any more and leaves the memory.")]
    private partial void LogUnloaded(string model, string version);

    [LoggerMessage(LogLevel.Warning, "{Member} has no vote in {Ensemble} for now: {Reason}")]
    private partial void LogMemberMissing(string member, string ensemble, string reason);

    [LoggerMessage(LogLevel.Information, "{Model} leaves the memory to make room for {Other}.")]
    private partial void LogEvicted(string model, string other);
}

/// <summary>The right to use a model until this is disposed.</summary>
internal readonly struct ModelLease(LoadedModel model) : IDisposable
{
    public LoadedModel Model => model;

    public void Dispose() => model.Release();
}
