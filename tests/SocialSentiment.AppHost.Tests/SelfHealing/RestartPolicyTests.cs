using SocialSentiment.AppHost.SelfHealing;

namespace SocialSentiment.AppHost.Tests.SelfHealing;

public class RestartPolicyTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static RestartPolicy Policy(int giveUpAfter = 100, double window = 1_000_000, double first = 1, double longest = 30, double healthyFor = 60) => new(new()
    {
        FirstDelay = TimeSpan.FromSeconds(first),
        LongestDelay = TimeSpan.FromSeconds(longest),
        HealthyFor = TimeSpan.FromSeconds(healthyFor),
        GiveUpAfter = giveUpAfter,
        Window = TimeSpan.FromSeconds(window),
    });

    private static DateTimeOffset At(double seconds) => s_start + TimeSpan.FromSeconds(seconds);

    [Fact]
    public void The_delay_doubles_up_to_its_cap()
    {
        var policy = Policy();

        var delays = Enumerable.Range(0, 8).Select(i => policy.Crashed(At(i)).Delay.TotalSeconds);

        Assert.Equal([1, 2, 4, 8, 16, 30, 30, 30], delays);
    }

    [Fact]
    public void First_delay_and_cap_are_as_configured()
    {
        var policy = Policy(first: 0.5, longest: 3);

        var delays = Enumerable.Range(0, 5).Select(i => policy.Crashed(At(i)).Delay.TotalSeconds);

        Assert.Equal([0.5, 1, 2, 3, 3], delays);
    }

    [Fact]
    public void A_thousand_crashes_do_not_overflow()
    {
        var policy = Policy(giveUpAfter: int.MaxValue);

        var last = Enumerable.Range(0, 1000).Select(i => policy.Crashed(At(i))).ToArray()[^1];

        Assert.Equal(TimeSpan.FromSeconds(30), last.Delay);
        Assert.Equal(1000, last.Crashes);
    }

    [Fact]
    public void Gives_up_at_the_limit_and_not_before()
    {
        var policy = Policy(giveUpAfter: 5);

        var decisions = Enumerable.Range(0, 6).Select(i => policy.Crashed(At(i)).GiveUp);

        Assert.Equal([false, false, false, false, true, true], decisions);
    }

    [Fact]
    public void A_limit_of_one_never_restarts() => Assert.True(Policy(giveUpAfter: 1).Crashed(At(0)).GiveUp);

    [Fact]
    public void Defaults_are_the_documented_ones()
    {
        var policy = new RestartPolicy(new SelfHealingOptions());

        var decisions = Enumerable.Range(0, 5).Select(i => policy.Crashed(At(i))).ToArray();

        Assert.Equal([1, 2, 4, 8, 0], decisions.Select(d => d.Delay.TotalSeconds));
        Assert.True(decisions[4].GiveUp);
    }

    [Theory]
    [InlineData(60, 1)]
    [InlineData(3600, 1)]
    [InlineData(59.9, 2)]
    [InlineData(0, 2)]
    public void Only_health_that_lasted_clears_the_record(double healthyFor, int crashes)
    {
        var policy = Policy();
        policy.Crashed(At(0));
        policy.Healthy(At(10));

        Assert.Equal(crashes, policy.Crashed(At(10 + healthyFor)).Crashes);
    }

    [Fact]
    public void Health_counts_from_its_beginning_however_often_it_is_reported()
    {
        var policy = Policy();
        policy.Crashed(At(0));
        policy.Healthy(At(10));
        policy.Healthy(At(40));
        policy.Healthy(At(69));

        Assert.Equal(1, policy.Crashed(At(70)).Crashes);
    }

    [Fact]
    public void Ill_health_in_between_starts_the_count_anew()
    {
        var policy = Policy();
        policy.Crashed(At(0));
        policy.Healthy(At(10));
        policy.Unhealthy();
        policy.Healthy(At(50));

        Assert.Equal(2, policy.Crashed(At(80)).Crashes);
    }

    [Fact]
    public void Running_for_long_without_being_healthy_clears_nothing()
    {
        var policy = Policy();
        policy.Crashed(At(0));

        Assert.Equal(2, policy.Crashed(At(10_000)).Crashes);
    }

    [Fact]
    public void Health_before_a_crash_does_not_count_after_it()
    {
        var policy = Policy();
        policy.Healthy(At(0));
        policy.Crashed(At(100));

        Assert.Equal(2, policy.Crashed(At(200)).Crashes);
    }

    [Theory]
    [InlineData(100, 3)]
    [InlineData(101, 2)]
    [InlineData(151, 1)]
    public void Crashes_older_than_the_window_are_forgotten(double third, int crashes)
    {
        var policy = Policy(window: 100);
        policy.Crashed(At(0));
        policy.Crashed(At(50));

        Assert.Equal(crashes, policy.Crashed(At(third)).Crashes);
    }

    [Fact]
    public void A_crash_now_and_then_never_gives_up()
    {
        var policy = Policy(giveUpAfter: 3, window: 100);

        Assert.All(Enumerable.Range(0, 50), i => Assert.False(policy.Crashed(At(i * 60)).GiveUp));
    }

    [Fact]
    public void An_operator_wipes_the_slate_clean()
    {
        var policy = Policy(giveUpAfter: 3);
        policy.Crashed(At(0));
        policy.Crashed(At(1));
        policy.Crashed(At(2));

        policy.Forgive();

        Assert.Equal(new RestartDecision(GiveUp: false, TimeSpan.FromSeconds(1), 1), policy.Crashed(At(3)));
    }

    [Fact]
    public void A_clock_that_jumps_back_does_no_harm()
    {
        var policy = Policy();
        policy.Healthy(At(1000));

        Assert.Equal(1, policy.Crashed(At(0)).Crashes);
        Assert.Equal(2, policy.Crashed(At(-500)).Crashes);
    }
}
