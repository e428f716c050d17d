using Microsoft.Extensions.Options;
using SocialSentiment.Api.Models;
using SocialSentiment.Api.Predictions;
using SocialSentiment.Contracts.Failsafe;
using SocialSentiment.Messaging;

namespace SocialSentiment.Api.Failsafe;

/// <summary>
/// Tries the model while the breaker is open: once when the break is over, and at once when a worker announces that it is
/// there. One short text at a time, on no caller's account; every replica of the API waits a little of its own, so that a
/// model that has just got up is not run over.
/// </summary>
internal sealed class Prober : BackgroundService
{
    /// <summary>Nobody would ask for this in earnest.</summary>
    internal const string Text = "ok";
    private static readonly TimeSpan s_longestJitter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_shortestGap = TimeSpan.FromSeconds(1);

    private readonly Breaker _breaker;
    private readonly WorkerClient _workers;
    private readonly FailsafeOptions _options;
    private readonly TimeProvider _time;
    private TaskCompletionSource _look = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _somebodyCame;

    public Prober(Breaker breaker, WorkerClient workers, WorkerRoster roster, IOptions<FailsafeOptions> options, TimeProvider time)
    {
        (_breaker, _workers, _options, _time) = (breaker, workers, options.Value, time);
        breaker.Changed += _ => Look();
        roster.Appeared += _ =>
        {
            _somebodyCame = true;
            Look();
        };
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isWarm = false;
        while (true)
        {
            await WaitAsync(stoppingToken);
            var isEarly = _somebodyCame;
            _somebodyCame = false;
            if (_breaker.State != FailsafeState.Open)
            {
                if (isEarly && !isWarm)
                {
                    isWarm = true;
                    await WarmUpAsync(stoppingToken);
                }

                continue;
            }

            if (isEarly || _breaker.NextProbeAt <= _time.GetUtcNow())
            {
                await _breaker.ProbeAsync(AskAsync, stoppingToken);
                await Task.Delay(isEarly ? s_shortestGap : TimeSpan.Zero, _time, stoppingToken);
            }
        }
    }

    /// <summary>Until there may be something to do.</summary>
    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        var look = Volatile.Read(ref _look);
        var longestJitter = _options.Break / 10;
        var jitter = (longestJitter < s_longestJitter ? longestJitter : s_longestJitter) * Random.Shared.NextDouble();
        var wait = _breaker.NextProbeAt is { } at ? at - _time.GetUtcNow() + jitter : Timeout.InfiniteTimeSpan;
        if (wait == Timeout.InfiniteTimeSpan || wait > TimeSpan.Zero)
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(look.Task, Task.Delay(wait, _time, enough.Token));
            await enough.CancelAsync();
        }

        stoppingToken.ThrowIfCancellationRequested();
        Interlocked.CompareExchange(ref _look, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), look);
    }

    /// <summary>The first caller shall not pay for what is done only once: the way over the broker, and code that is compiled when it is needed.</summary>
    private async Task WarmUpAsync(CancellationToken stoppingToken)
    {
        try
        {
            await AskAsync(stoppingToken);
        }
        catch (Exception) when (!stoppingToken.IsCancellationRequested)
        {
            // Who asks in earnest will see.
        }
    }

    private async Task<object?> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _workers.AskWithoutBreakerAsync(model: null, [Text], _options.ProbeTimeout, cancellationToken);
        }
        catch (RpcOverloadedException)
        {
            // It has too much to do, so it is well.
            return null;
        }
    }

    private void Look() => Volatile.Read(ref _look).TrySetResult();
}
