using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Models;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults;

namespace SocialSentiment.Api.Models;

/// <summary>
/// Which workers there are and what they have, from what they say of themselves. Readers see one consistent picture, which
/// is replaced as a whole. Events are raised where the news comes in: who handles them must neither wait nor throw.
/// </summary>
internal sealed class WorkerRoster : IBroadcastListener, IDisposable
{
    /// <summary>Workers speak every 10 s; who misses three turns is gone.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly Publisher _publisher;
    private readonly string _me;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HeardWorker> _heard = new(StringComparer.Ordinal);
    private readonly ITimer _silence;
    private Picture _picture = Picture.Empty;

    public WorkerRoster(Publisher publisher, ServiceInfo service, TimeProvider time)
    {
        (_publisher, _me, _time) = (publisher, service.Instance, time);
        _silence = time.CreateTimer(_ => Forget(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A worker that was not there has come: a new one, one that was silent for long, or one that had left.</summary>
    public event Action<string>? Appeared;

    /// <summary>Called when <see cref="Active"/> has changed.</summary>
    public event Action? ActiveChanged;

    /// <summary>What each worker that is there has said last, in the order of their names.</summary>
    public IReadOnlyList<ModelListResponse> Workers => Current.Workers;

    /// <summary>
    /// What labels; null when nobody does. Where workers disagree it is what most of them say, and of equally many what
    /// somebody has begun to say last: he is the one who has heard of a new decision.
    /// </summary>
    public (string Key, string Version)? Active => Current.Active;

    /// <summary>The models that label texts, in the order of their keys; remembered when all workers are gone.</summary>
    public IReadOnlyList<string> Known => Current.Known;

    /// <summary>The last words of those that are there or, if nobody is, of those that left last.</summary>
    internal IReadOnlyList<ModelListResponse> LastWords => Current.LastWords;

    /// <summary>The workers that are there, with the time since each was heard.</summary>
    internal IReadOnlyList<WorkerResponse> Describe()
        => [.. Current.Heard.Select(worker => new WorkerResponse(
            worker.List.Replica,
            worker.List.Device,
            worker.List.Active,
            worker.List.ActiveVersion,
            worker.List.Note,
            worker.List.MemoryMb,
            worker.List.MemoryBudgetMb,
            Math.Round(_time.GetElapsedTime(worker.At).TotalSeconds, 1)))];

    private Picture Current => Volatile.Read(ref _picture);

    /// <summary>Whether any worker has this model in its catalog; remembered when all workers are gone.</summary>
    public bool Knows(string model) => Current.Keys.Contains(model);

    /// <summary>The version in which a model would answer, as far as anybody knows.</summary>
    public string? VersionOf(string model) => Current.Versions.GetValueOrDefault(model);

    public Task OnConnectedAsync(CancellationToken cancellationToken)
    {
        // We did not hear who left and came back meanwhile.
        Change(_ =>
        {
            foreach (var name in _heard.Keys.ToArray())
            {
                Doubt(name);
            }

            return null;
        });
        return _publisher.TellAsync(new ModelNotice(_me, Asks: true), cancellationToken);
    }

    public Task OnMessageAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (ModelNotices.Read(body) is { } notice)
        {
            Hear(notice);
        }

        return Task.CompletedTask;
    }

    public void Dispose() => _silence.Dispose();

    private void Hear(ModelNotice notice)
    {
        if (notice.Models is { } list)
        {
            Change(now =>
            {
                var former = _heard.GetValueOrDefault(notice.From);
                var since = former is not null && former.ActiveModel == HeardWorker.ActiveOf(list) ? former.Since : now;
                _heard[notice.From] = new HeardWorker(WithCards(list, former?.List), now, since);
                return former is not { IsSure: true } ? notice.From : null;
            });
        }
        else if (notice.Asks)
        {
            // Who asks has just connected: a worker that was restarted under its old name, for example.
            Change(_ =>
            {
                Doubt(notice.From);
                return null;
            });
        }
        else if (notice.Leaves)
        {
            Change(_ =>
            {
                _heard.Remove(notice.From);
                return null;
            });
        }
    }

    /// <summary>A card is not told again as long as the model stays the same.</summary>
    private static ModelListResponse WithCards(ModelListResponse list, ModelListResponse? former)
        => former is null ? list : list with
        {
            Models = [.. list.Models.Select(model => model.Card is not null ? model : model with
            {
                Card = former.Models.FirstOrDefault(known => known.Key == model.Key && known.Version == model.Version)?.Card,
            })],
        };

    /// <summary>Its next word makes it appear again.</summary>
    private void Doubt(string name)
    {
        if (_heard.TryGetValue(name, out var worker))
        {
            _heard[name] = worker with { IsSure = false };
        }
    }

    private void Forget() => Change(_ => null);

    /// <summary>Changes what was heard and draws the picture anew.</summary>
    /// <param name="change">Gets the time and returns who has appeared.</param>
    private void Change(Func<long, string?> change)
    {
        string? appeared;
        bool activeChanged;
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            foreach (var (name, worker) in _heard)
            {
                if (_time.GetElapsedTime(worker.At, now) >= Silence)
                {
                    _heard.Remove(name);
                }
            }

            appeared = change(now);
            var former = _picture;
            var picture = Picture.Of(_heard.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value), former);
            Volatile.Write(ref _picture, picture);
            activeChanged = picture.Active != former.Active;
            _silence.Change(_heard.Count == 0 ? Timeout.InfiniteTimeSpan : Silence - _time.GetElapsedTime(_heard.Values.Min(worker => worker.At), now), Timeout.InfiniteTimeSpan);
        }

        if (activeChanged)
        {
            ActiveChanged?.Invoke();
        }

        if (appeared is not null)
        {
            Appeared?.Invoke(appeared);
        }
    }

    /// <param name="List">What the worker has said last.</param>
    /// <param name="At">When it said so.</param>
    /// <param name="Since">Since when it has been saying that the same model is active.</param>
    /// <param name="IsSure">Whether it has been there all the time since.</param>
    private sealed record HeardWorker(ModelListResponse List, long At, long Since, bool IsSure = true)
    {
        public (string Key, string Version) ActiveModel => ActiveOf(List);

        public static (string Key, string Version) ActiveOf(ModelListResponse list) => (list.Active, list.ActiveVersion);
    }

    private sealed record Picture(
        IReadOnlyList<HeardWorker> Heard,
        IReadOnlyList<ModelListResponse> Workers,
        IReadOnlyList<ModelListResponse> LastWords,
        (string Key, string Version)? Active,
        IReadOnlyList<string> Known,
        IReadOnlySet<string> Keys,
        IReadOnlyDictionary<string, string> Versions)
    {
        private const string Sentiment = "sentiment";

        public static Picture Empty { get; } = new([], [], [], null, [], new HashSet<string>(), new Dictionary<string, string>());

        public static Picture Of(IEnumerable<HeardWorker> heard, Picture former)
        {
            HeardWorker[] workers = [.. heard];
            if (workers.Length == 0)
            {
                return former with { Heard = [], Workers = [], Active = null };
            }

            ModelListResponse[] lists = [.. workers.Select(worker => worker.List)];
            var models = lists.SelectMany(list => list.Models).ToArray();
            return new Picture(
                workers,
                lists,
                lists,
                Vote(workers),
                [.. models.Where(model => model.Tasks.Contains(Sentiment)).Select(model => model.Key).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)],
                models.Select(model => model.Key).ToHashSet(StringComparer.OrdinalIgnoreCase),
                models.OrderBy(model => model.Loaded is null)
                    .Where(model => model.Version is not null)
                    .DistinctBy(model => model.Key, StringComparer.OrdinalIgnoreCase)
                    .ToDictionary(model => model.Key, model => model.Loaded?.Version ?? model.Version!, StringComparer.OrdinalIgnoreCase));
        }

        private static (string Key, string Version)? Vote(HeardWorker[] workers)
            => workers
                .Where(worker => worker.List.Active.Length > 0)
                .GroupBy(worker => worker.ActiveModel)
                .OrderByDescending(group => group.Count())
                .ThenByDescending(group => group.Max(worker => worker.Since))
                .FirstOrDefault()?.Key;
    }
}
