using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SocialSentiment.Api.Failsafe;
using SocialSentiment.Contracts.Failsafe;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests.Failsafe;

/// <summary>The breaker by itself, on a clock that the test moves.</summary>
public sealed class BreakerTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ConcurrentQueue<FailsafeTransition> _changes = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task Opens_with_the_failure_that_is_one_too_many(int most)
    {
        using var breaker = Breaker(new FailsafeOptions { MaxFailures = most });
        for (var failure = 1; failure <= most; failure++)
        {
            Assert.Equal(FailsafeState.Closed, breaker.State);
            await FailAsync(breaker);
        }

        Assert.Equal(FailsafeState.Open, breaker.State);
        Assert.Equal((most, 1L, (long)most), (breaker.Report().FailuresInWindow, breaker.Report().Counts.Opened, breaker.Report().Counts.Failures));
        await Assert.ThrowsAsync<BreakerOpenException>(() => SucceedAsync(breaker));
        Assert.Equal([FailsafeState.Open], _changes.Select(change => change.State));
        Assert.Contains($"{most} failure", _changes.Single().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failures_count_for_as_long_as_the_window_is_whatever_succeeds_between_them()
    {
        using var breaker = Breaker();
        await FailAsync(breaker);
        _time.Advance(TimeSpan.FromSeconds(299));
        await FailAsync(breaker);
        _time.Advance(TimeSpan.FromSeconds(2));
        await FailAsync(breaker);
        Assert.Equal((FailsafeState.Closed, 2), (breaker.State, breaker.Report().FailuresInWindow));

        for (var i = 0; i < 100; i++)
        {
            await SucceedAsync(breaker);
        }

        await FailAsync(breaker);
        Assert.Equal(FailsafeState.Open, breaker.State);
    }

    [Fact]
    public async Task What_says_nothing_against_the_model_does_not_count()
    {
        using var breaker = Breaker();
        for (var i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => breaker.RunAsync<int>(_ => throw new InvalidOperationException("overloaded"), error => error is not InvalidOperationException, Token));
            using var gone = new CancellationTokenSource();
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => breaker.RunAsync<int>(async token => { await Task.Delay(Timeout.Infinite, token); return 1; }, _ => true, gone.Token));
        }

        Assert.Equal((FailsafeState.Closed, 0), (breaker.State, breaker.Report().FailuresInWindow));
    }

    [Fact]
    public async Task Those_who_wait_when_it_opens_need_not_wait_any_longer()
    {
        using var breaker = Breaker();
        var waiting = Enumerable.Range(0, 50).Select(_ => breaker.RunAsync(HangAsync, _ => true, Token)).ToArray();
        await OpenAsync(breaker);

        foreach (var one in waiting)
        {
            var turnedAway = await Assert.ThrowsAsync<BreakerOpenException>(() => one.WaitAsync(TimeSpan.FromSeconds(10), Token));
            Assert.Equal(FailsafeState.Open, turnedAway.State);
        }

        Assert.Equal(3, breaker.Report().Counts.Failures);
    }

    [Fact]
    public async Task While_a_probe_is_under_way_nobody_else_is_let_in_and_its_answer_closes()
    {
        using var breaker = Breaker();
        await OpenAsync(breaker);
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(FailsafeState.Open, breaker.State);
        await Assert.ThrowsAsync<BreakerOpenException>(() => SucceedAsync(breaker));

        var answer = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var probe = breaker.ProbeAsync(_ => answer.Task, Token);
        Assert.Equal(FailsafeState.HalfOpen, breaker.State);
        for (var i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<BreakerOpenException>(() => SucceedAsync(breaker));
        }

        answer.SetResult(null);
        await probe;
        Assert.Equal(FailsafeState.Closed, breaker.State);
        Assert.Equal(1, await SucceedAsync(breaker));
        Assert.Equal([FailsafeState.Open, FailsafeState.HalfOpen, FailsafeState.Closed], _changes.Select(change => change.State));
        Assert.Equal(0, breaker.Report().FailuresInWindow);
    }

    [Fact]
    public async Task A_probe_that_fails_opens_it_for_another_while()
    {
        using var breaker = Breaker();
        await OpenAsync(breaker);
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(61));
            await breaker.ProbeAsync(_ => throw new TimeoutException("still nothing"), Token);
            Assert.Equal((FailsafeState.Open, _time.GetUtcNow() + TimeSpan.FromSeconds(60)), (breaker.State, breaker.NextProbeAt!.Value));
        }

        Assert.Equal("the probe failed: still nothing", _changes.Last().Reason);
        Assert.Equal("still nothing", breaker.Report().LastError!.Reason);
    }

    [Fact]
    public async Task A_probe_before_its_time_closes_it_or_changes_nothing()
    {
        using var breaker = Breaker();
        await OpenAsync(breaker);
        var due = breaker.NextProbeAt;
        await breaker.ProbeAsync(_ => throw new TimeoutException("not yet"), Token);
        Assert.Equal((FailsafeState.Open, due), (breaker.State, breaker.NextProbeAt));

        await breaker.ProbeAsync(_ => Task.FromResult<object?>(null), Token);
        Assert.Equal(FailsafeState.Closed, breaker.State);
        Assert.Equal("a probe was answered", _changes.Last().Reason);
    }

    [Fact]
    public async Task Isolated_it_stays_until_it_is_reset()
    {
        using var breaker = Breaker();
        var waiting = breaker.RunAsync(HangAsync, _ => true, Token);
        await breaker.IsolateAsync("isolated by Ada", Token);
        Assert.Equal(FailsafeState.Isolated, (await Assert.ThrowsAsync<BreakerOpenException>(() => waiting)).State);

        _time.Advance(TimeSpan.FromDays(3));
        Assert.Equal((FailsafeState.Isolated, null), (breaker.State, breaker.NextProbeAt));
        await breaker.ProbeAsync(_ => Task.FromResult<object?>(null), Token);
        Assert.Equal(FailsafeState.Isolated, breaker.State);

        await breaker.CloseAsync("reset by Ada", Token);
        Assert.Equal(1, await SucceedAsync(breaker));
        Assert.Equal(["isolated by Ada", "reset by Ada"], _changes.Select(change => change.Reason));

        // Twice the same order is one.
        await breaker.CloseAsync("reset by Ada", Token);
        Assert.Equal(2, _changes.Count);
    }

    [Fact]
    public async Task A_storm_of_failures_opens_it_once()
    {
        using var breaker = Breaker();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(
            async () =>
            {
                try
                {
                    await breaker.RunAsync<int>(async token => { await Task.Yield(); throw new TimeoutException(); }, _ => true, Token);
                }
                catch (Exception error) when (error is TimeoutException or BreakerOpenException)
                {
                }
            },
            Token)));
        Assert.Equal([FailsafeState.Open], _changes.Select(change => change.State));
    }

    [Fact]
    public void Other_programs_names_for_the_settings_are_understood_and_the_section_wins()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection([
            new("FAILSAFE_MAX_LLM_FAILURES", "5"),
            new("FAILSAFE_FAILURE_WINDOW_SECONDS", "120"),
            new("FAILSAFE_CIRCUIT_BREAKER_TIMEOUT", "30"),
            new("Failsafe:Break", "00:00:10")]);
        builder.AddFailsafe();
        using var host = builder.Build();
        var options = host.Services.GetRequiredService<IOptions<FailsafeOptions>>().Value;
        Assert.Equal((5, TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(10)), (options.MaxFailures, options.Window, options.Break));
    }

    public void Dispose() => _services.Dispose();

    private Breaker Breaker(FailsafeOptions? options = null)
    {
        var breaker = new Breaker(
            Options.Create(options ?? new FailsafeOptions()),
            new FailsafeMetrics(_services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()),
            new ServiceInfo(new ConfigurationBuilder().Build(), new HostingEnvironment(), _time),
            _time,
            NullLogger<Breaker>.Instance);
        breaker.Changed += _changes.Enqueue;
        return breaker;
    }

    private static async Task OpenAsync(Breaker breaker)
    {
        for (var i = 0; i < 3; i++)
        {
            await FailAsync(breaker);
        }

        Assert.Equal(FailsafeState.Open, breaker.State);
    }

    private static Task<TimeoutException> FailAsync(Breaker breaker)
        => Assert.ThrowsAsync<TimeoutException>(() => breaker.RunAsync<int>(_ => throw new TimeoutException("no answer"), _ => true, Token));

    private static Task<int> SucceedAsync(Breaker breaker) => breaker.RunAsync(_ => Task.FromResult(1), _ => true, Token);

    private static async Task<int> HangAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 1;
    }

    private sealed class HostingEnvironment : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "Production";
        public string ApplicationName { get; set; } = "api";
        public string ContentRootPath { get; set; } = ".";
        public Microsoft.Extensions.FileProviders.IFileProvider ContentRootFileProvider { get; set; } = new Microsoft.Extensions.FileProviders.NullFileProvider();
    }
}
