using System.Collections.Concurrent;

namespace SocialSentiment.MlWorker.Models.Host;

/// <summary>The language models in memory. They share the budget of the models for labels, and make room for those and each other.</summary>
internal sealed class GeneratorShelf
{
    private readonly ConcurrentDictionary<string, LoadedGenerator> _loaded = new(StringComparer.OrdinalIgnoreCase);
    private long _reserved;

    /// <summary>Called when something has come into the memory or left it.</summary>
    public event Action? Changed;

    public IReadOnlyList<LoadedGenerator> Loaded => [.. _loaded.Values];

    /// <summary>What is being loaded included.</summary>
    public long MemoryUsed => _loaded.Values.Sum(model => model.MemoryBytes) + Interlocked.Read(ref _reserved);

    public LoadedGenerator? Find(string key) => _loaded.GetValueOrDefault(key);

    /// <summary>Counts memory as used that something is being loaded into.</summary>
    public void Reserve(long bytes) => Interlocked.Add(ref _reserved, bytes);

    /// <summary>The model is found under its key from now on; another version of it goes.</summary>
    public void Put(LoadedGenerator model)
    {
        var former = Find(model.Key);
        _loaded[model.Key] = model;
        former?.Retire();
        Changed?.Invoke();
    }

    /// <summary>Takes a model out of memory as soon as nobody uses it.</summary>
    /// <returns>False: it was not there any more.</returns>
    public bool Remove(LoadedGenerator model)
    {
        if (!_loaded.TryRemove(KeyValuePair.Create(model.Key, model)))
        {
            return false;
        }

        model.Retire();
        Changed?.Invoke();
        return true;
    }
}
