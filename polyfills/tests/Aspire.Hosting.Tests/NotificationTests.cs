using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Tests;

public sealed class NotificationTests : IAsyncDisposable
{
    private readonly CustomResource _resource = new("thing");
    private readonly DistributedApplication _app;
    private readonly ResourceNotificationService _notifications;

    public NotificationTests()
    {
        _app = Model.Create().Build();
        _notifications = _app.ResourceNotifications;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_watcher_sees_the_present_and_then_each_change_once()
    {
        await PublishAsync("One");
        await using var events = _notifications.WatchAsync(Token).GetAsyncEnumerator(Token);

        Assert.True(await events.MoveNextAsync());
        Assert.Equal("One", events.Current.Snapshot.State?.Text);

        var next = events.MoveNextAsync();
        await PublishAsync("One");
        await PublishAsync("Two");
        Assert.True(await next);
        Assert.Equal("Two", events.Current.Snapshot.State?.Text);
    }

    [Fact]
    public async Task A_wait_ends_with_the_state()
    {
        var waiting = _notifications.WaitForResourceAsync("THING", ["Finished", "Running"], Token);
        await PublishAsync("Starting");
        Assert.False(waiting.IsCompleted);

        await PublishAsync("Running");

        Assert.Equal("Running", await waiting);
    }

    [Fact]
    public async Task A_wait_that_is_given_up_says_for_what()
    {
        using var impatience = new CancellationTokenSource();
        var waiting = _notifications.WaitForResourceAsync("thing", "Running", impatience.Token);
        await impatience.CancelAsync();

        var given = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        Assert.Contains("[Running]", given.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_follows_from_state_and_reports()
    {
        await PublishAsync("Running");
        Assert.Equal(HealthStatus.Healthy, Current().HealthStatus);

        await _notifications.PublishUpdateAsync(_resource, s => s.WithHealthReports([new("a", HealthStatus.Healthy, null, null), new("b", null, null, null)]));
        Assert.Equal(HealthStatus.Unhealthy, Current().HealthStatus);

        await PublishAsync("Finished");
        Assert.Null(Current().HealthStatus);
    }

    [Fact]
    public async Task Waiting_for_health_ends_when_there_is_none_to_come()
    {
        var unknown = await Assert.ThrowsAsync<DistributedApplicationException>(() => _notifications.WaitForResourceHealthyAsync("nobody", WaitBehavior.StopOnResourceUnavailable, Token));
        Assert.Contains("does not exist", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_resources_do_not_share_an_id()
    {
        await PublishAsync("Running");

        await Assert.ThrowsAsync<InvalidOperationException>(() => _notifications.PublishUpdateAsync(new CustomResource("other"), "thing", s => s));
    }

    [Fact]
    public async Task What_is_waited_for_is_shown_while_it_is_waited_for()
    {
        var waiting = new CustomResource("waiter");
        waiting.Annotations.Add(new WaitAnnotation(_resource, WaitType.WaitUntilStarted));
        var dependencies = _notifications.WaitForDependenciesAsync(waiting, Token);
        await _notifications.WaitForResourceAsync("waiter", KnownResourceStates.Waiting, Token);
        Assert.Equal(["thing"], Property(waiting.Name, "resource.waitingFor") as IEnumerable<string>);

        await PublishAsync("Running");
        await dependencies;

        Assert.Null(Property(waiting.Name, "resource.waitingFor"));
    }

    [Theory]
    [InlineData("Finished", "entered the 'Finished' state prematurely")]
    [InlineData("Exited", "entered the 'Exited' state prematurely")]
    [InlineData("RuntimeUnhealthy", "entered the 'RuntimeUnhealthy' state prematurely")]
    [InlineData("FailedToStart", "failed to start")]
    public async Task A_wait_stops_when_the_other_has_ended(string state, string reason)
    {
        var dependencies = WaitFor(WaitType.WaitUntilHealthy);

        await PublishAsync(state);

        Assert.Contains(reason, (await Assert.ThrowsAsync<DistributedApplicationException>(() => dependencies)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wait_goes_on_when_it_is_told_to()
    {
        var dependencies = WaitFor(WaitType.WaitUntilStarted, WaitBehavior.WaitOnResourceUnavailable);
        await PublishAsync("FailedToStart");
        Assert.False(dependencies.IsCompleted);

        await PublishAsync("Running");

        await dependencies;
    }

    [Fact]
    public async Task Healthy_is_not_enough_before_the_ready_event()
    {
        var ready = new TaskCompletionSource();
        var dependencies = WaitFor(WaitType.WaitUntilHealthy);
        await PublishAsync("Running");
        await _notifications.PublishUpdateAsync(_resource, s => s with { ResourceReadyEvent = ready.Task });
        Assert.False(dependencies.IsCompleted);

        ready.SetResult();

        await dependencies;
    }

    [Theory]
    [InlineData(0, 0, null)]
    [InlineData(3, 3, null)]
    [InlineData(3, 0, "with exit code '3', expected '0'")]
    public async Task Completion_is_the_right_exit_code(int exitCode, int expected, string? fault)
    {
        var waiter = new CustomResource("waiter");
        waiter.Annotations.Add(new WaitAnnotation(_resource, WaitType.WaitForCompletion, expected));
        var dependencies = _notifications.WaitForDependenciesAsync(waiter, Token);
        await PublishAsync("Running");
        Assert.False(dependencies.IsCompleted);

        await _notifications.PublishUpdateAsync(_resource, s => s with { State = KnownResourceStates.Finished, ExitCode = exitCode });

        if (fault is null)
        {
            await dependencies;
        }
        else
        {
            Assert.Contains(fault, (await Assert.ThrowsAsync<DistributedApplicationException>(() => dependencies)).Message, StringComparison.Ordinal);
        }
    }

    private Task WaitFor(WaitType type, WaitBehavior? behavior = null)
    {
        var waiter = new CustomResource("waiter");
        waiter.Annotations.Add(new WaitAnnotation(_resource, type) { WaitBehavior = behavior });
        return _notifications.WaitForDependenciesAsync(waiter, Token);
    }

    private Task PublishAsync(string state) => _notifications.PublishUpdateAsync(_resource, s => s with { State = state });

    private CustomResourceSnapshot Current() => _notifications.TryGetCurrentState("thing", out var current) ? current.Snapshot : throw new InvalidOperationException();

    private object? Property(string resource, string name) =>
        _notifications.TryGetCurrentState(resource, out var current) ? current.Snapshot.Properties.FirstOrDefault(p => p.Name == name)?.Value : null;
}
