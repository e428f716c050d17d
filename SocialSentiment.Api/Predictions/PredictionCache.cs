using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using SocialSentiment.Api.Models;

namespace SocialSentiment.Api.Predictions;

/// <summary>
/// What versions of models have said to texts. A version always says the same, so an answer is never wrong, only no longer
/// asked for: after a swap nobody looks for the old version's answers, and they are thrown away at once.
/// </summary>
internal sealed class PredictionCache : IDisposable
{
    /// <summary>What an entry takes besides its text, in characters.</summary>
    private const int Overhead = 300;

    private readonly MemoryCache? _answers;
    private readonly WorkerRoster _roster;
    private readonly TimeSpan _keepFor;

    public PredictionCache(WorkerRoster roster, IOptions<PredictionsOptions> options, TimeProvider time)
    {
        (_roster, _keepFor) = (roster, options.Value.CacheFor);
        if (options.Value.Cache)
        {
            _answers = new MemoryCache(new MemoryCacheOptions { SizeLimit = options.Value.CacheCharacters, CompactionPercentage = 0.1, Clock = new Clock(time) });
            roster.ActiveChanged += _answers.Clear;
        }
    }

    /// <summary>What the active model, or the one that is named, has said to this text.</summary>
    public Scores? Find(string? model, string text)
    {
        var wanted = model is null ? _roster.Active : _roster.VersionOf(model) is { } version ? (model, version) : null;
        return _answers is not null && wanted is { } who && _answers.TryGetValue(new Key(who.Key, who.Version, text), out Scores? scores) ? scores : null;
    }

    public void Remember(string text, Scores scores)
        => _answers?.Set(
            new Key(scores.Model, scores.Version, text),
            scores,
            new MemoryCacheEntryOptions { Size = text.Length + Overhead, AbsoluteExpirationRelativeToNow = _keepFor });

    public void Dispose() => _answers?.Dispose();

    private readonly record struct Key(string Model, string Version, string Text);

    private sealed class Clock(TimeProvider time) : Microsoft.Extensions.Internal.ISystemClock
    {
        public DateTimeOffset UtcNow => time.GetUtcNow();
    }
}
