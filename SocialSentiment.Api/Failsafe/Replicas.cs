using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Failsafe;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults;

namespace SocialSentiment.Api.Failsafe;

/// <summary>
/// Every replica of the API has a breaker of its own: what one of them cannot reach another may. They tell each other how
/// theirs stand, so that any of them can answer for all, and pass on what operators order. An order is remembered as long
/// as one replica lives.
/// </summary>
internal sealed partial class Replicas : BackgroundService, IBroadcastListener
{
    private const int Remembered = 50;
    private static readonly TimeSpan s_reportInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_forgetAfter = TimeSpan.FromSeconds(16);

    private readonly Breaker _breaker;
    private readonly Publisher _publisher;
    private readonly FailsafeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<Replicas> _logger;
    private readonly string _me;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (FailsafeReplica Report, long HeardAt)> _others = new(StringComparer.Ordinal);
    private readonly LinkedList<FailsafeTransition> _history = [];
    private readonly Channel<FailsafeNotice> _toTell = Channel.CreateBounded<FailsafeNotice>(new BoundedChannelOptions(200) { FullMode = BoundedChannelFullMode.DropOldest });
    private FailsafeOrder? _order;

    public Replicas(Breaker breaker, Publisher publisher, IOptions<FailsafeOptions> options, ServiceInfo service, TimeProvider time, ILogger<Replicas> logger)
    {
        (_breaker, _publisher, _options, _time, _logger, _me) = (breaker, publisher, options.Value, time, logger, service.Instance);
        breaker.Changed += transition =>
        {
            Remember(transition);
            _toTell.Writer.TryWrite(new FailsafeNotice(_me, _breaker.Report(), transition, _order));
        };
    }

    /// <summary>A change of any replica's breaker.</summary>
    public event Action<FailsafeTransition>? Changed;

    public FailsafeStatusResponse Status()
    {
        List<FailsafeReplica> replicas = [_breaker.Report()];
        FailsafeTransition[] history;
        lock (_lock)
        {
            replicas.AddRange(_others.Values.Where(other => _time.GetElapsedTime(other.HeardAt) < s_forgetAfter).Select(other => other.Report));
            history = [.. _history];
        }

        var state = replicas.Max(replica => replica.State);
        return new FailsafeStatusResponse(
            state,
            replicas.Where(replica => replica.State == state).Min(replica => replica.Since),
            replicas.Max(replica => replica.FailuresInWindow),
            _options.MaxFailures,
            _options.Window.TotalSeconds,
            _options.Break.TotalSeconds,
            replicas.Min(replica => replica.NextProbeAt),
            new FailsafeCounts(
                replicas.Sum(replica => replica.Counts.Asked),
                replicas.Sum(replica => replica.Counts.Answered),
                replicas.Sum(replica => replica.Counts.Failures),
                replicas.Sum(replica => replica.Counts.Fallbacks),
                replicas.Sum(replica => replica.Counts.Probes),
                replicas.Sum(replica => replica.Counts.Opened)),
            replicas.Select(replica => replica.LastError).OfType<FailsafeError>().MaxBy(error => error.At),
            history,
            [.. replicas.OrderBy(replica => replica.Replica, StringComparer.Ordinal)]);
    }

    /// <summary>Has every replica keep callers from the model, or let them to it again: this one when it completes, the others a moment later.</summary>
    public async Task OrderAsync(bool isolate, string by, CancellationToken cancellationToken)
    {
        FailsafeOrder order;
        lock (_lock)
        {
            _order = order = new FailsafeOrder(isolate, (_order?.Number ?? 0) + 1, _time.GetUtcNow(), by, _me);
        }

        await FollowAsync(order, cancellationToken);
        await TellAsync(new FailsafeNotice(_me, _breaker.Report(), Order: order), cancellationToken);
    }

    public Task OnConnectedAsync(CancellationToken cancellationToken)
        => TellAsync(new FailsafeNotice(_me, _breaker.Report(), Order: _order, Asks: true), cancellationToken);

    public async Task OnMessageAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        FailsafeNotice? notice;
        try
        {
            notice = JsonSerializer.Deserialize(body.Span, ContractsJson.Default.FailsafeNotice);
        }
        catch (JsonException)
        {
            return;
        }

        if (notice is null || notice.From == _me)
        {
            return;
        }

        FailsafeOrder? toFollow = null;
        lock (_lock)
        {
            if (notice.Report is { } report)
            {
                _others[notice.From] = (report, _time.GetTimestamp());
            }

            if (notice.Order is { } order && order.IsNewerThan(_order))
            {
                _order = toFollow = order;
            }
        }

        if (notice.Transition is { } transition)
        {
            Remember(transition);
        }

        if (toFollow is not null)
        {
            LogOrder(toFollow.Isolate ? "isolate" : "reset", toFollow.By, toFollow.Replica);
            await FollowAsync(toFollow, cancellationToken);
        }

        if (notice.Asks)
        {
            await TellAsync(new FailsafeNotice(_me, _breaker.Report(), Order: _order), cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var next = _toTell.Reader.ReadAsync(stoppingToken).AsTask();
        while (true)
        {
            FailsafeNotice notice;
            try
            {
                notice = await next.WaitAsync(s_reportInterval, _time, stoppingToken);
                next = _toTell.Reader.ReadAsync(stoppingToken).AsTask();
            }
            catch (TimeoutException)
            {
                notice = new FailsafeNotice(_me, _breaker.Report(), Order: _order);
                Forget();
            }

            await TellAsync(notice, stoppingToken);
        }
    }

    private Task FollowAsync(FailsafeOrder order, CancellationToken cancellationToken)
        => order.Isolate
            ? _breaker.IsolateAsync($"isolated by {order.By}", cancellationToken)
            : _breaker.CloseAsync($"reset by {order.By}", cancellationToken);

    private void Remember(FailsafeTransition transition)
    {
        lock (_lock)
        {
            _history.AddFirst(transition);
            if (_history.Count > Remembered)
            {
                _history.RemoveLast();
            }
        }

        Changed?.Invoke(transition);
    }

    private void Forget()
    {
        lock (_lock)
        {
            foreach (var gone in _others.Where(other => _time.GetElapsedTime(other.Value.HeardAt) >= s_forgetAfter).Select(other => other.Key).ToArray())
            {
                _others.Remove(gone);
            }
        }
    }

    private Task<bool> TellAsync(FailsafeNotice notice, CancellationToken cancellationToken)
        => _publisher.BroadcastAsync(Queues.Failsafe, JsonSerializer.SerializeToUtf8Bytes(notice, ContractsJson.Default.FailsafeNotice), cancellationToken);

    [LoggerMessage(LogLevel.Information, "{By} ordered {Order} of the circuit breakers on {Replica}.")]
    private partial void LogOrder(string order, string by, string replica);
}
