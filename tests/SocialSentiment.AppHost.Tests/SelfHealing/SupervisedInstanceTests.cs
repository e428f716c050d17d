using Aspire.Hosting.ApplicationModel;
using SocialSentiment.AppHost.SelfHealing;

namespace SocialSentiment.AppHost.Tests.SelfHealing;

public class SupervisedInstanceTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SupervisedInstance _instance = new(new RestartPolicy(new SelfHealingOptions()));

    private bool Crashed(string? state) => _instance.Observe(Snapshot(state), s_now, out _) is not null;

    private static CustomResourceSnapshot Snapshot(string? state) => new() { ResourceType = "Test", Properties = [], State = state };

    [Theory]
    [InlineData("Finished")]
    [InlineData("Exited")]
    [InlineData("FailedToStart")]
    public void Every_way_to_end_is_a_crash_once(string state)
    {
        Assert.False(Crashed("Running"));
        Assert.True(Crashed(state));
        Assert.False(Crashed(state)); // the same end, with other details
    }

    [Theory]
    [InlineData(null)]
    [InlineData("NotStarted")]
    [InlineData("Starting")]
    [InlineData("Waiting")]
    [InlineData("Stopping")]
    [InlineData("RuntimeUnhealthy")]
    public void What_has_not_ended_has_not_crashed(string? state) => Assert.False(Crashed(state));

    [Fact]
    public void A_ticket_is_void_once_it_runs_again()
    {
        Crashed("Running");
        _instance.Observe(Snapshot("Finished"), s_now, out var ticket);
        Assert.True(_instance.IsStillDown(ticket));

        Crashed("Running");
        Assert.False(_instance.IsStillDown(ticket));

        Crashed("Finished");
        Assert.False(_instance.IsStillDown(ticket));
    }

    [Fact]
    public void While_a_command_is_at_work_nothing_is_a_crash()
    {
        Crashed("Running");
        _instance.CommandBegins();

        Assert.False(Crashed("Finished"));
        Assert.False(Crashed("Running"));

        _instance.CommandEnds(wanted: true);
        Assert.True(Crashed("Finished"));
    }

    [Fact]
    public void After_a_stop_its_end_is_no_crash_however_late_it_is_seen()
    {
        Crashed("Running");
        _instance.CommandBegins();
        _instance.CommandEnds(wanted: false);

        Assert.False(Crashed("Stopping"));
        Assert.False(Crashed("Finished"));
    }

    [Fact]
    public void A_rebuild_does_not_start_what_an_operator_had_stopped()
    {
        Crashed("Running");
        _instance.CommandBegins();
        Crashed("Finished");
        _instance.CommandEnds(wanted: false);

        _instance.CommandBegins();
        Assert.False(Crashed("Building"));
        Assert.False(Crashed("Finished"));
        _instance.CommandEnds(wanted: null);

        Assert.False(Crashed("Finished"));
    }

    [Fact]
    public void What_a_rebuild_brought_up_again_is_still_wanted()
    {
        Crashed("Running");
        _instance.CommandBegins();
        Crashed("Finished");
        Crashed("Running");
        _instance.CommandEnds(wanted: null);

        Assert.True(Crashed("Finished"));
    }

    [Fact]
    public void What_runs_again_after_a_stop_is_wanted()
    {
        Crashed("Running");
        _instance.CommandBegins();
        Crashed("Finished");
        _instance.CommandEnds(wanted: false);

        Assert.False(Crashed("Running"));
        Assert.True(Crashed("Finished"));
    }

    [Fact]
    public void Word_of_an_old_end_after_the_next_start_is_no_second_crash()
    {
        var first = Snapshot("Finished") with { StartTimeStamp = new DateTime(2026, 1, 1, 0, 0, 1, DateTimeKind.Utc) };
        var second = first with { StartTimeStamp = first.StartTimeStamp!.Value.AddSeconds(1) };

        Crashed("Running");
        Assert.NotNull(_instance.Observe(first, s_now, out _));
        Crashed("Starting");
        Assert.Null(_instance.Observe(first, s_now, out _));
        Crashed("Running");
        Assert.NotNull(_instance.Observe(second, s_now, out _));
    }

    [Fact]
    public void A_start_that_fails_is_a_crash_though_the_last_end_is_long_known()
    {
        var ended = Snapshot("Finished") with { StartTimeStamp = new DateTime(2026, 1, 1, 0, 0, 1, DateTimeKind.Utc) };

        Crashed("Running");
        Assert.NotNull(_instance.Observe(ended, s_now, out _));
        Crashed("Starting");
        Assert.NotNull(_instance.Observe(ended with { State = "FailedToStart" }, s_now, out _));
    }
}
