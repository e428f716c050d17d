using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using SocialSentiment.AppHost.SelfHealing;
using SocialSentiment.AppHost.Tests.Support;

namespace SocialSentiment.AppHost.Tests.SelfHealing;

/// <summary>Real processes under Aspire's real orchestrator: what a crash and a stop look like there is not for a fake to say.</summary>
public class RealProcessTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_process_comes_back_a_stopped_one_does_not_and_a_restart_is_no_crash()
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            AssemblyName = typeof(SelfHealer).Assembly.GetName().Name,
            Args = ["--SelfHealing:FirstDelay=00:00:00.2", "--DcpPublisher:WaitForResourceCleanup=true"],
            DisableDashboard = true,
            AllowUnsecuredTransport = true,
        });
        builder.AddSelfHealing();
        builder.AddExecutable("one", "sleep", "/", "601").WithSelfHealing();
        builder.AddExecutable("other", "sleep", "/", "602").WithSelfHealing();

        await using var app = builder.Build();
        await app.StartAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        var commands = app.Services.GetRequiredService<ResourceCommandService>();
        await RunsAsync("one", formerPid: 0);
        await RunsAsync("other", formerPid: 0);

        // Killed: comes back, and says so.
        var killed = Pid("one");
        await ScriptProcess.SignalAsync(killed, "KILL");
        await RunsAsync("one", killed);
        Assert.Equal("restarted 1 time, last killed by a signal", Snapshot("one").Properties.Single(property => property.Name == "self-healing").Value);

        // Restarted by an operator: that is no crash.
        var restarted = Pid("one");
        Assert.True((await commands.ExecuteCommandAsync("one", KnownResourceCommands.RestartCommand, Cancellation)).Success);
        await RunsAsync("one", restarted);

        // Stopped by an operator: stays stopped, although the other one, killed later, is back already.
        Assert.True((await commands.ExecuteCommandAsync("one", KnownResourceCommands.StopCommand, Cancellation)).Success);
        await Eventually.IsTrueAsync(() => State("one") == KnownResourceStates.Finished, "one is stopped", TimeSpan.FromSeconds(90));
        var otherPid = Pid("other");
        await ScriptProcess.SignalAsync(otherPid, "KILL");
        await RunsAsync("other", otherPid);
        Assert.Equal(KnownResourceStates.Finished, State("one"));

        // Started by an operator: under protection again.
        Assert.True((await commands.ExecuteCommandAsync("one", KnownResourceCommands.StartCommand, Cancellation)).Success);
        await RunsAsync("one", restarted);
        var last = Pid("one");
        await ScriptProcess.SignalAsync(last, "KILL");
        await RunsAsync("one", last);
        Assert.Equal("restarted 2 times, last killed by a signal", Snapshot("one").Properties.Single(property => property.Name == "self-healing").Value);

        // The end of everything is no crash either.
        int[] running = [Pid("one"), Pid("other")];
        await app.StopAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        await Eventually.IsTrueAsync(() => !running.Any(pid => ScriptProcess.CommandLine(pid).StartsWith("sleep", StringComparison.Ordinal)), "all have ended", TimeSpan.FromSeconds(90));

        Task RunsAsync(string name, int formerPid) => Eventually.IsTrueAsync(
            () => State(name) == KnownResourceStates.Running && Pid(name) is > 0 and var pid && pid != formerPid, $"{name} runs", TimeSpan.FromSeconds(90));

        CustomResourceSnapshot Snapshot(string name) =>
            app.ResourceNotifications.TryGetCurrentState(name, out var current) ? current.Snapshot : throw new InvalidOperationException($"{name} is unknown.");

        string? State(string name) => Snapshot(name).State?.Text;

        int Pid(string name) =>
            Snapshot(name).Properties.SingleOrDefault(property => property.Name == "executable.pid")?.Value is { } pid ? Convert.ToInt32(pid, provider: null) : 0;
    }
}
