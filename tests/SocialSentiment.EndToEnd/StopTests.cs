using SocialSentiment.EndToEnd.Running;

namespace SocialSentiment.EndToEnd;

/// <summary>However the stack ends, nothing of it survives but its data.</summary>
public sealed class StopTests
{
    [Fact]
    public async Task Ctrl_C_on_run_leaves_no_process_and_no_port_behind_and_run_again_keeps_the_data()
    {
        var data = Path.Combine(Path.GetTempPath(), $"socialsentiment-{Guid.NewGuid():N}");
        string secrets;
        await using (var first = new Stack(data))
        {
            first.StartWithRun();
            await first.WaitUntilHealthyAsync(TimeSpan.FromSeconds(120));
            Assert.Contains($"{first.Dashboard}login?t={first.DashboardToken}", await ReadySummaryAsync(first), StringComparison.Ordinal);
            secrets = await File.ReadAllTextAsync(Path.Combine(data, "secrets.json"), TestContext.Current.CancellationToken);

            first.PressCtrlC();
            await first.WaitForExitAsync(TimeSpan.FromSeconds(40));
            await NothingIsLeftOfAsync(first, TimeSpan.FromSeconds(10));
            Assert.True(Directory.Exists(Path.Combine(data, "postgres")));

            await using var second = new Stack(data);
            second.StartWithRun();
            await second.WaitUntilHealthyAsync(TimeSpan.FromSeconds(120));
            Assert.Equal(secrets, await File.ReadAllTextAsync(Path.Combine(data, "secrets.json"), TestContext.Current.CancellationToken));
            second.PressCtrlC();
            await second.WaitForExitAsync(TimeSpan.FromSeconds(40));
            await NothingIsLeftOfAsync(second, TimeSpan.FromSeconds(10));
        }
    }

    [Fact]
    public async Task A_killed_AppHost_leaves_no_process_and_no_port_behind()
    {
        await using var stack = new Stack();
        stack.Start();
        await stack.WaitUntilHealthyAsync(TimeSpan.FromSeconds(90));

        ProcessTable.Signal(stack.AppHostPid, ProcessTable.SigKill);

        // Aspire's orchestrator notices, asks everything to end, and after a grace period makes it.
        await NothingIsLeftOfAsync(stack, TimeSpan.FromSeconds(40));
    }

    private static async Task<string> ReadySummaryAsync(Stack stack)
    {
        await Eventually.HoldsAsync("the summary is printed", TimeSpan.FromSeconds(30), () => stack.Output.Contains("login?t=", StringComparison.Ordinal));
        return stack.Output;
    }

    private static async Task NothingIsLeftOfAsync(Stack stack, TimeSpan within)
    {
        await Eventually.HoldsAsync("every process of the stack is gone", within, () => stack.Processes.Alive().Count == 0);
        Assert.False(stack.AnyPortOpen(), "A port is still open.");
    }
}
