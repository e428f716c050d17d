using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SocialSentiment.AppHost.SelfHealing;
using SocialSentiment.AppHost.Tests.Support;

namespace SocialSentiment.AppHost.Tests.SelfHealing;

/// <summary>The healer over Aspire's own services; only the process itself is played by the test.</summary>
public sealed class SelfHealerTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly Played _resource = new("played");
    private readonly Played _later = new("later");
    private readonly DistributedApplication _app;
    private readonly ResourceNotificationService _notifications;
    private readonly Task _healing;

    public SelfHealerTests()
    {
        var builder = DistributedApplication.CreateBuilder(["--SelfHealing:GiveUpAfter=3"]);
        builder.AddSelfHealing();
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.AddResource(_resource).WithSelfHealing();
        builder.AddResource(_later).WithSelfHealing();
        _app = builder.Build();
        _notifications = _app.ResourceNotifications;
        _resource.AddCommands(Start, Stop);
        _healing = _app.Services.GetRequiredService<SelfHealer>().RunAsync();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_killed_comes_back()
    {
        await RunsAsync("a");
        await EndsAsync("a", 137);

        Assert.Equal(TimeSpan.FromSeconds(1), await _time.NextDelayAsync(Cancellation));
        Assert.Equal(0, _resource.Starts);
        _time.Advance(TimeSpan.FromSeconds(1));

        await Eventually.IsTrueAsync(() => StateOf("a") == KnownResourceStates.Running, "running again");
        Assert.Equal("restarted 1 time, last exit code 137", PropertyOf("a"));
    }

    [Fact]
    public async Task Each_crash_in_a_row_waits_longer_until_it_is_left_alone()
    {
        await RunsAsync("a");
        foreach (var delay in (double[])[1, 2])
        {
            await EndsAsync("a", 3);
            Assert.Equal(TimeSpan.FromSeconds(delay), await _time.NextDelayAsync(Cancellation));
            _time.Advance(TimeSpan.FromSeconds(delay));
            await Eventually.IsTrueAsync(() => StateOf("a") == KnownResourceStates.Running, "running again");
        }

        await EndsAsync("a", 3);

        await Eventually.IsTrueAsync(() => StateOf("a") == KnownResourceStates.FailedToStart, "given up");
        Assert.StartsWith("gave up after 3 crashes", PropertyOf("a"), StringComparison.Ordinal);
        Assert.Equal(0, _time.Waiting);
        Assert.Equal(2, _resource.Starts);
    }

    [Fact]
    public async Task What_an_operator_stopped_stays_stopped()
    {
        await RunsAsync("a");

        await CommandAsync("a", KnownResourceCommands.StopCommand);

        await NothingHappensAsync();
        Assert.Equal(KnownResourceStates.Finished, StateOf("a"));
        Assert.Equal(0, _resource.Starts);
    }

    [Fact]
    public async Task What_an_operator_started_again_is_healed_again()
    {
        await RunsAsync("a");
        await CommandAsync("a", KnownResourceCommands.StopCommand);
        await CommandAsync("a", KnownResourceCommands.StartCommand);

        await EndsAsync("a", 1);

        Assert.Equal(TimeSpan.FromSeconds(1), await _time.NextDelayAsync(Cancellation));
    }

    [Fact]
    public async Task An_operator_who_is_faster_is_not_disturbed()
    {
        await RunsAsync("a");
        await EndsAsync("a", 1);
        await _time.NextDelayAsync(Cancellation);

        await CommandAsync("a", KnownResourceCommands.StartCommand);
        _time.Advance(TimeSpan.FromMinutes(1));

        await NothingHappensAsync();
        Assert.Equal(1, _resource.Starts);
    }

    [Fact]
    public async Task A_stop_while_a_restart_is_due_wins()
    {
        await RunsAsync("a");
        await EndsAsync("a", 1);
        await _time.NextDelayAsync(Cancellation);

        await CommandAsync("a", KnownResourceCommands.StopCommand);
        _time.Advance(TimeSpan.FromMinutes(1));

        await NothingHappensAsync();
        Assert.Equal(0, _resource.Starts);
    }

    [Fact]
    public async Task After_giving_up_an_operators_start_begins_with_a_clean_record()
    {
        await RunsAsync("a");
        for (var i = 0; i < 2; i++)
        {
            await EndsAsync("a", 3);
            _time.Advance(await _time.NextDelayAsync(Cancellation));
            await Eventually.IsTrueAsync(() => StateOf("a") == KnownResourceStates.Running, "running again");
        }

        await EndsAsync("a", 3);
        await Eventually.IsTrueAsync(() => StateOf("a") == KnownResourceStates.FailedToStart, "given up");

        await CommandAsync("a", KnownResourceCommands.StartCommand);
        await EndsAsync("a", 3);

        Assert.Equal(TimeSpan.FromSeconds(1), await _time.NextDelayAsync(Cancellation));
    }

    [Fact]
    public async Task Replicas_are_healed_each_for_itself()
    {
        await RunsAsync("a");
        await RunsAsync("b");
        await CommandAsync("a", KnownResourceCommands.StopCommand);
        await EndsAsync("b", 137);

        _time.Advance(await _time.NextDelayAsync(Cancellation));

        await Eventually.IsTrueAsync(() => StateOf("b") == KnownResourceStates.Running, "b runs again");
        Assert.Equal(KnownResourceStates.Finished, StateOf("a"));
    }

    [Fact]
    public async Task A_start_that_fails_is_tried_again_later()
    {
        await RunsAsync("a");
        _resource.StartsFail = true;
        await EndsAsync("a", 1);

        _time.Advance(await _time.NextDelayAsync(Cancellation));
        await Eventually.IsTrueAsync(() => _resource.Starts == 1, "first attempt");
        Assert.Equal(TimeSpan.FromSeconds(2), await _time.NextDelayAsync(Cancellation));

        _resource.StartsFail = false;
        _time.Advance(TimeSpan.FromSeconds(2));

        await Eventually.IsTrueAsync(() => StateOf("a") == KnownResourceStates.Running, "running again");
    }

    [Fact]
    public async Task A_crash_right_after_an_operators_start_is_not_missed()
    {
        await RunsAsync("a");
        await CommandAsync("a", KnownResourceCommands.StopCommand);
        _resource.CrashesAtOnce = true;

        await CommandAsync("a", KnownResourceCommands.StartCommand);

        Assert.Equal(TimeSpan.FromSeconds(1), await _time.NextDelayAsync(Cancellation));
    }

    [Fact]
    public async Task A_resource_without_the_mark_is_left_alone()
    {
        var other = new Played("other");
        await _notifications.PublishUpdateAsync(other, "x", s => s with { State = KnownResourceStates.Running });
        await _notifications.PublishUpdateAsync(other, "x", s => s with { State = KnownResourceStates.Finished, ExitCode = 1 });

        await NothingHappensAsync();
    }

    [Fact]
    public async Task When_the_application_stops_nothing_is_restarted()
    {
        await RunsAsync("a");
        await EndsAsync("a", 143);
        await _time.NextDelayAsync(Cancellation);

        _app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await _healing.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(0, _resource.Starts);
    }

    public async ValueTask DisposeAsync()
    {
        _app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await _healing;
        await _app.DisposeAsync();
    }

    private string? StateOf(string id) => _notifications.TryGetCurrentState(id, out var current) ? current.Snapshot.State?.Text : null;

    private string? PropertyOf(string id) => _notifications.TryGetCurrentState(id, out var current)
        ? current.Snapshot.Properties.SingleOrDefault(p => p.Name == "self-healing")?.Value as string
        : null;

    private async Task RunsAsync(string id)
    {
        await _notifications.PublishUpdateAsync(_resource, id, s => s with { State = KnownResourceStates.Running, ExitCode = null });
        await Eventually.IsTrueAsync(() => _resource.IsWrapped, "commands are wrapped");
    }

    private Task EndsAsync(string id, int exitCode) =>
        _notifications.PublishUpdateAsync(_resource, id, s => s with { State = KnownResourceStates.Finished, ExitCode = exitCode });

    private async Task CommandAsync(string id, string command)
    {
        var result = await _app.Services.GetRequiredService<ResourceCommandService>().ExecuteCommandAsync(id, command, Cancellation);
        Assert.True(result.Success);
    }

    /// <summary>The healer sees events in order: once it wants to heal a later one, it has let the earlier ones be.</summary>
    private async Task NothingHappensAsync()
    {
        await _notifications.PublishUpdateAsync(_later, "later", s => s with { State = KnownResourceStates.Running });
        await _notifications.PublishUpdateAsync(_later, "later", s => s with { State = KnownResourceStates.Finished });
        await Eventually.IsTrueAsync(() => _time.Waiting > 0, "the later one is to be healed");
        Assert.Equal(1, _time.Waiting);
    }

    private async Task<ExecuteCommandResult> Start(ExecuteCommandContext context)
    {
        _resource.Starts++;
        if (_resource.StartsFail)
        {
            return CommandResults.Failure("no");
        }

        await _notifications.PublishUpdateAsync(_resource, context.ResourceName, s => s with { State = KnownResourceStates.Running, ExitCode = null });
        if (_resource.CrashesAtOnce)
        {
            await EndsAsync(context.ResourceName, 1);
        }

        return CommandResults.Success();
    }

    private async Task<ExecuteCommandResult> Stop(ExecuteCommandContext context)
    {
        await _notifications.PublishUpdateAsync(_resource, context.ResourceName, s => s with { State = KnownResourceStates.Stopping });
        await EndsAsync(context.ResourceName, 143);
        return CommandResults.Success();
    }

    private sealed class Played(string name) : Resource(name)
    {
        private IResourceAnnotation[] _original = [];

        /// <summary>The healer stands around the commands.</summary>
        public bool IsWrapped => !_original.Intersect(Annotations).Any();

        public int Starts { get; set; }

        public bool StartsFail { get; set; }

        public bool CrashesAtOnce { get; set; }

        public void AddCommands(Func<ExecuteCommandContext, Task<ExecuteCommandResult>> start, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> stop)
        {
            Add(KnownResourceCommands.StartCommand, start);
            Add(KnownResourceCommands.StopCommand, stop);
            _original = [.. Annotations.OfType<ResourceCommandAnnotation>()];
        }

        private void Add(string command, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> execute) => Annotations.Add(new ResourceCommandAnnotation(
            command, command, _ => ResourceCommandState.Enabled, execute, displayDescription: null, arguments: null, confirmationMessage: null, iconName: null, iconVariant: null, isHighlighted: false));
    }
}
