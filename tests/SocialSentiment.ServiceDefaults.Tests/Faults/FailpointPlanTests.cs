using SocialSentiment.ServiceDefaults.Faults;
using Xunit;

namespace SocialSentiment.ServiceDefaults.Tests.Faults;

public sealed class FailpointPlanTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ; ")]
    public void Nothing_asked_for_arms_nothing(string? text) => Assert.Null(FailpointPlan.Parse(text));

    [Fact]
    public void Rules_name_action_delay_and_hit()
    {
        var plan = FailpointPlan.Parse("outbox.after-publish=kill; analyze.before-ack = throw@3;results.before-commit=delay:500@*;x=hang;poison");
        Assert.Equal(
            [
                new FailpointRule("outbox.after-publish", FailpointAction.Kill, default, 1),
                new FailpointRule("analyze.before-ack", FailpointAction.Throw, default, 3),
                new FailpointRule("results.before-commit", FailpointAction.Delay, TimeSpan.FromMilliseconds(500), 0),
                new FailpointRule("x", FailpointAction.Hang, Timeout.InfiniteTimeSpan, 1),
            ],
            plan!.Rules);
        Assert.True(plan.HasPoison);
    }

    [Theory]
    [InlineData("kill")]
    [InlineData("=kill")]
    [InlineData("x=")]
    [InlineData("x=explode")]
    [InlineData("x=delay")]
    [InlineData("x=delay:soon")]
    [InlineData("x=delay:-1")]
    [InlineData("x=kill@0")]
    [InlineData("x=kill@often")]
    [InlineData("x=kill;toxin")]
    public void A_rule_that_nobody_understands_is_named(string text)
    {
        var error = Assert.Throws<FormatException>(() => FailpointPlan.Parse(text));
        Assert.Contains($"'{text.Split(';')[^1]}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failpoint_fires_at_its_hit_and_never_again()
    {
        var plan = FailpointPlan.Parse("x=throw@3")!;
        Assert.Equal([false, false, true, false, false], await FiveHitsAsync(plan));
    }

    [Fact]
    public async Task Two_rules_of_one_name_count_on_their_own()
    {
        var plan = FailpointPlan.Parse("x=throw@2;x=throw@4;y=throw")!;
        Assert.Equal([false, true, false, true, false], await FiveHitsAsync(plan));
    }

    [Fact]
    public async Task With_a_star_it_fires_at_every_hit()
    {
        var plan = FailpointPlan.Parse("x=throw@*")!;
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<FailpointException>(() => plan.HitAsync("x", Token).AsTask());
        }
    }

    [Fact]
    public async Task A_hanging_failpoint_ends_with_what_waits_for_it()
    {
        var plan = FailpointPlan.Parse("x=hang")!;
        using var cancel = new CancellationTokenSource();
        var hit = plan.HitAsync("x", cancel.Token).AsTask();
        Assert.False(hit.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hit);
    }

    [Fact]
    public async Task A_delay_passes()
    {
        var plan = FailpointPlan.Parse("x=delay:1")!;
        await plan.HitAsync("x", Token);
        await plan.HitAsync("other", Token);
    }

    [Fact]
    public void Poison_works_only_where_it_is_armed_and_each_time()
    {
        var plan = FailpointPlan.Parse("poison")!;
        Assert.True(Throws(() => plan.Poison("so POISON:throw")));
        Assert.True(Throws(() => plan.Poison("so POISON:throw")));
        Assert.False(Throws(() => plan.Poison("harmless")));
        Assert.False(Throws(() => FailpointPlan.Parse("x=throw")!.Poison("POISON:throw")));
    }

    [Fact]
    public async Task Unarmed_failpoints_do_nothing()
    {
        await Failpoint.HitAsync("x", Token);
        Failpoint.Poison("POISON:kill");
    }

    private static async Task<List<bool>> FiveHitsAsync(FailpointPlan plan)
    {
        var thrown = new List<bool>();
        for (var i = 0; i < 5; i++)
        {
            thrown.Add(await Record.ExceptionAsync(() => plan.HitAsync("x", Token).AsTask()) is FailpointException);
        }

        return thrown;
    }

    private static bool Throws(Action action) => Record.Exception(action) is FailpointException;
}
