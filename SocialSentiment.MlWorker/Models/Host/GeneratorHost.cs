using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Generation;
using SocialSentiment.MlWorker.Models.Catalog;

namespace SocialSentiment.MlWorker.Models.Host;

/// <summary>
/// Lends out language models by their keys. They are loaded when they are first asked for, and leave when nobody has asked
/// for a while; when another version of a model is here, the next one who asks gets that.
/// </summary>
internal sealed partial class GeneratorHost : IAsyncDisposable
{
    /// <summary>How long what could not be loaded is not tried again.</summary>
    private static readonly TimeSpan s_refusal = TimeSpan.FromSeconds(30);

    private readonly ModelCatalog _catalog;
    private readonly ModelHost _host;
    private readonly GeneratorLoader _loader;
    private readonly GeneratorShelf _shelf;
    private readonly TimeSpan _idleTimeout;
    private readonly TimeProvider _time;
    private readonly ILogger<GeneratorHost> _logger;
    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly ConcurrentDictionary<string, (string Version, ModelException Error, long At)> _refused = new(StringComparer.OrdinalIgnoreCase);
    private readonly ITimer _watch;

    public GeneratorHost(
        ModelCatalog catalog, ModelHost host, GeneratorLoader loader, GeneratorShelf shelf, IOptions<GenerationOptions> options, TimeProvider time, ILogger<GeneratorHost> logger)
    {
        (_catalog, _host, _loader, _shelf, _idleTimeout, _time, _logger) = (catalog, host, loader, shelf, options.Value.IdleTimeout, time, logger);
        var period = TimeSpan.FromTicks(Math.Clamp(_idleTimeout.Ticks / 4, TimeSpan.TicksPerMillisecond * 10, TimeSpan.TicksPerSecond * 30));
        _watch = time.CreateTimer(static state => ((GeneratorHost)state!).Watch(), this, period, period);
    }

    /// <summary>Lends a language model out; it is loaded if it has to be.</summary>
    /// <exception cref="ModelException">There is no such model, its files are not here, or it cannot write.</exception>
    public async Task<GeneratorLease> LeaseAsync(string key, CancellationToken cancellationToken)
    {
        var entry = _catalog.Get(key);
        if (!entry.Tasks.Contains(ModelTask.Generation))
        {
            throw new ModelException(ModelError.Refused, $"{entry.Key} labels texts and writes none.");
        }

        if (entry.Source.Kind is SourceKind.BuiltIn or SourceKind.Remote)
        {
            throw new ModelException(ModelError.Refused, $"{entry.Key} is no language model that runs here.");
        }

        while (true)
        {
            if (Current(entry) is { } here)
            {
                if (here.TryHold(_time.GetTimestamp()))
                {
                    return new GeneratorLease(here, _time);
                }

                // It is about to leave, and off the shelf already.
                continue;
            }

            await LoadAsync(entry, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        var all = _shelf.Loaded;
        foreach (var model in all)
        {
            _shelf.Remove(model);
        }

        await Task.WhenAll(all.Select(model => model.Gone));
        _loading.Dispose();
    }

    /// <summary>What serves as things are; null: something has to be loaded first.</summary>
    private LoadedGenerator? Current(ModelEntry entry)
    {
        var here = _shelf.Find(entry.Key);
        if (here is null || here.Generator.IsBroken)
        {
            return null;
        }

        var version = _host.Stored(entry.Key)?.Version;
        return version is null || version == here.Version || Refusal(entry.Key, version) is not null ? here : null;
    }

    private async Task LoadAsync(ModelEntry entry, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            if (Current(entry) is not null)
            {
                return;
            }

            var stored = _host.Require(entry, _host.Stored(entry.Key)?.Version);
            if (Refusal(entry.Key, stored.Version) is { } refusal)
            {
                throw new ModelException(refusal.Error, refusal.Message, refusal);
            }

            var bytes = GeneratorLoader.Estimate(entry, stored);
            await _host.MakeRoomAsync(entry, bytes, cancellationToken);
            _shelf.Reserve(bytes);
            try
            {
                _shelf.Put(await _loader.LoadAsync(entry, stored, cancellationToken));
            }
            catch (ModelException error)
            {
                _refused[entry.Key] = (stored.Version, error, _time.GetTimestamp());
                if (_shelf.Find(entry.Key) is not { Generator.IsBroken: false } former)
                {
                    throw;
                }

                LogStays(entry.Key, stored.Version, former.Version, error.Message);
            }
            finally
            {
                _shelf.Reserve(-bytes);
            }
        }
        finally
        {
            _loading.Release();
        }
    }

    private ModelException? Refusal(string key, string version)
        => _refused.TryGetValue(key, out var refused) && refused.Version == version && _time.GetElapsedTime(refused.At) < s_refusal ? refused.Error : null;

    private void Watch()
    {
        foreach (var model in _shelf.Loaded)
        {
            if ((model.Generator.IsBroken || (model.Users == 0 && _time.GetElapsedTime(model.LastUsed) >= _idleTimeout)) && _shelf.Remove(model))
            {
                LogIdle(model.Key, model.Version);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "{Model} {Version} has nothing to write and leaves the memory.")]
    private partial void LogIdle(string model, string version);

    [LoggerMessage(LogLevel.Warning, "{Model} {Version} cannot write; {Former} goes on: {Reason}")]
    private partial void LogStays(string model, string version, string former, string reason);
}
