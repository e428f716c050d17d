using System.Globalization;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using SocialSentiment.Contracts.Failsafe;
using SocialSentiment.ServiceDefaults;

namespace SocialSentiment.Api.Failsafe;

/// <summary>
/// Keeps callers from a model that fails. Polly's circuit breaker knows shares of failures; people want a number of them
/// within a time, so the counting is done here and Polly is told which failure is the one too many. Callers never serve
/// as probes: while the breaker is not closed all of them are turned away at once, and <see cref="Prober"/> tries the
/// model on nobody's account. When the breaker opens, those who wait already are turned away too.
/// </summary>
internal sealed partial class Breaker : IDisposable
{
    private const string ProbeAnswered = "a probe was answered";
    private static readonly ResiliencePropertyKey<bool> s_trips = new("trips");

    private readonly FailsafeOptions _options;
    private readonly FailureWindow _failures;
    private readonly FailsafeMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<Breaker> _logger;
    private readonly string _me;
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly CircuitBreakerManualControl _control = new();
    private readonly ResiliencePipeline _pipeline;
    private readonly Lock _lock = new();
    private CancellationTokenSource _opening = new();
    private DateTimeOffset _since;
    private DateTimeOffset? _nextProbe;
    private FailsafeError? _lastError;
    private string? _reason;
    private long _asked;
    private long _answered;
    private long _failed;
    private long _fallbacks;
    private long _probes;
    private long _opened;

    public Breaker(IOptions<FailsafeOptions> options, FailsafeMetrics metrics, ServiceInfo service, TimeProvider time, ILogger<Breaker> logger)
    {
        (_options, _metrics, _time, _logger, _me) = (options.Value, metrics, time, logger, service.Instance);
        _failures = new FailureWindow(_options.MaxFailures, _options.Window, time);
        _since = time.GetUtcNow();
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                // Any failure that ShouldHandle lets through is the one too many.
                FailureRatio = 0,
                MinimumThroughput = 2,
                SamplingDuration = _options.Window,
                BreakDuration = _options.Break,
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Context.Properties.TryGetValue(s_trips, out var trips) && trips),
                StateProvider = _state,
                ManualControl = _control,
                OnOpened = OnOpened,
                OnHalfOpened = OnHalfOpened,
                OnClosed = OnClosed,
            })
            .Build();
        metrics.Observe(() => State);
    }

    /// <summary>In the order in which they happen.</summary>
    public event Action<FailsafeTransition>? Changed;

    public FailsafeState State => _state.CircuitState switch
    {
        CircuitState.Closed => FailsafeState.Closed,
        CircuitState.HalfOpen => FailsafeState.HalfOpen,
        CircuitState.Isolated => FailsafeState.Isolated,
        _ => FailsafeState.Open,
    };

    public DateTimeOffset? NextProbeAt
    {
        get
        {
            lock (_lock)
            {
                return State == FailsafeState.Open ? _nextProbe : null;
            }
        }
    }

    /// <summary>Asks the model, if it is asked at the moment.</summary>
    /// <param name="call">Asks.</param>
    /// <param name="counts">Whether a failure says something against the model; that somebody has left never does.</param>
    /// <param name="cancellationToken">The caller does not wait any more.</param>
    /// <exception cref="BreakerOpenException">It is not, or is no longer.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, Func<Exception, bool> counts, CancellationToken cancellationToken)
    {
        var opening = Volatile.Read(ref _opening);
        if (State is not FailsafeState.Closed and var state)
        {
            throw new BreakerOpenException(state);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(opening.Token, cancellationToken);
        try
        {
            return await ExecuteAsync(call, counts, isProbe: false, either.Token);
        }
        catch (BrokenCircuitException)
        {
            throw new BreakerOpenException(State);
        }
        catch (OperationCanceledException) when (opening.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new BreakerOpenException(State);
        }
    }

    /// <summary>Tries the model: when the break is over as Polly's half-open state, before that as an exception to it.</summary>
    /// <param name="call">Asks, and throws when the model did not answer.</param>
    /// <param name="cancellationToken">The service stops.</param>
    public async Task ProbeAsync(Func<CancellationToken, Task<object?>> call, CancellationToken cancellationToken)
    {
        var isDue = NextProbeAt <= _time.GetUtcNow();
        Interlocked.Increment(ref _probes);
        try
        {
            if (isDue)
            {
                await ExecuteAsync(call, static _ => true, isProbe: true, cancellationToken);
            }
            else
            {
                await call(cancellationToken);
                if (State == FailsafeState.Open)
                {
                    Because(ProbeAnswered);
                    await _control.CloseAsync(cancellationToken);
                }
            }
        }
        catch (BrokenCircuitException)
        {
            // Somebody has isolated the model meanwhile.
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            LogProbeFailed(error.Message);
            if (!isDue)
            {
                Blame(error);
            }
        }
    }

    public async Task IsolateAsync(string reason, CancellationToken cancellationToken)
    {
        if (State != FailsafeState.Isolated)
        {
            Because(reason);
            await _control.IsolateAsync(cancellationToken);
        }
    }

    /// <summary>Lets callers to the model again and forgets the failures.</summary>
    public async Task CloseAsync(string reason, CancellationToken cancellationToken)
    {
        _failures.Clear();
        if (State != FailsafeState.Closed)
        {
            Because(reason);
            await _control.CloseAsync(cancellationToken);
        }
    }

    public void Dispose() => _opening.Dispose();

    public void FellBack() => Interlocked.Increment(ref _fallbacks);

    public FailsafeReplica Report()
    {
        lock (_lock)
        {
            var state = State;
            return new FailsafeReplica(
                _me,
                state,
                _since,
                _failures.Count,
                state == FailsafeState.Open ? _nextProbe : null,
                new FailsafeCounts(
                    Interlocked.Read(ref _asked),
                    Interlocked.Read(ref _answered),
                    Interlocked.Read(ref _failed),
                    Interlocked.Read(ref _fallbacks),
                    Interlocked.Read(ref _probes),
                    Interlocked.Read(ref _opened)),
                _lastError);
        }
    }

    private async Task<T> ExecuteAsync<T>(Func<CancellationToken, Task<T>> call, Func<Exception, bool> counts, bool isProbe, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            return await _pipeline.ExecuteAsync(
                async context =>
                {
                    Interlocked.Increment(ref _asked);
                    try
                    {
                        var answer = await call(context.CancellationToken);
                        Interlocked.Increment(ref _answered);
                        if (isProbe)
                        {
                            Because(ProbeAnswered);
                        }

                        return answer;
                    }
                    catch (Exception error) when (error is not OperationCanceledException && counts(error))
                    {
                        var isTooMany = Failed(error);
                        if (isProbe)
                        {
                            Because($"the probe failed: {error.Message.TrimEnd('.')}");
                        }
                        else if (isTooMany)
                        {
                            await BreatheAsync();
                        }

                        context.Properties.Set(s_trips, isProbe || isTooMany);
                        throw;
                    }
                },
                context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Polly opens on no fewer than two calls within its window, however many failures we have counted.</summary>
    private async Task BreatheAsync()
    {
        var context = ResilienceContextPool.Shared.Get();
        _ = await _pipeline.ExecuteOutcomeAsync(static (_, _) => Outcome.FromResultAsValueTask(true), context, 0);
        ResilienceContextPool.Shared.Return(context);
    }

    private bool Failed(Exception error)
    {
        Interlocked.Increment(ref _failed);
        _metrics.Failed();
        Blame(error);
        if (!_failures.Add())
        {
            return false;
        }

        Because(string.Create(
            CultureInfo.InvariantCulture, $"{_options.MaxFailures} {(_options.MaxFailures == 1 ? "failure" : "failures")} within {_options.Window.TotalSeconds:0.#} s, the last: {error.Message.TrimEnd('.')}"));
        return true;
    }

    private void Blame(Exception error)
    {
        lock (_lock)
        {
            _lastError = new FailsafeError(_time.GetUtcNow(), error.Message);
        }
    }

    private void Because(string reason) => Volatile.Write(ref _reason, reason);

    private ValueTask OnOpened(OnCircuitOpenedArguments<object> opened)
    {
        var opening = Interlocked.Exchange(ref _opening, new CancellationTokenSource());
        var state = opened.IsManual ? FailsafeState.Isolated : FailsafeState.Open;
        lock (_lock)
        {
            _nextProbe = opened.IsManual ? null : _time.GetUtcNow() + opened.BreakDuration;
        }

        Interlocked.Increment(ref _opened);
        var reason = Tell(state);

        // Nobody waits any longer for what will not come; each of them has the lexicon.
        _ = opening.CancelAsync();
        LogOpened(state, reason);
        return ValueTask.CompletedTask;
    }

    private ValueTask OnHalfOpened(OnCircuitHalfOpenedArguments halfOpened)
    {
        LogHalfOpen(Tell(FailsafeState.HalfOpen, "the break is over; one probe is under way"));
        return ValueTask.CompletedTask;
    }

    private ValueTask OnClosed(OnCircuitClosedArguments<object> closed)
    {
        _failures.Clear();
        LogClosed(Tell(FailsafeState.Closed));
        return ValueTask.CompletedTask;
    }

    private string Tell(FailsafeState state, string? reason = null)
    {
        reason ??= Volatile.Read(ref _reason) ?? "";
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            _since = now;
        }

        _metrics.Changed(state);
        Changed?.Invoke(new FailsafeTransition(now, _me, state, reason));
        return reason;
    }

    [LoggerMessage(LogLevel.Warning, "The circuit breaker is {State}: {Reason}. The lexicon answers in the model's place.")]
    private partial void LogOpened(FailsafeState state, string reason);

    [LoggerMessage(LogLevel.Information, "The circuit breaker is half open: {Reason}.")]
    private partial void LogHalfOpen(string reason);

    [LoggerMessage(LogLevel.Information, "The circuit breaker is closed: {Reason}. The model answers.")]
    private partial void LogClosed(string reason);

    [LoggerMessage(LogLevel.Information, "The model did not answer a probe: {Reason}")]
    private partial void LogProbeFailed(string reason);
}
