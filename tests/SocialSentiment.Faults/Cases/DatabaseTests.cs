using System.Diagnostics;
using SocialSentiment.Faults.Running;
using SocialSentiment.Faults.Workload;
using SocialSentiment.Testing;

namespace SocialSentiment.Faults.Cases;

/// <summary>Faults 8 to 10: a database that dies in the middle of a commit, stays away, or crawls.</summary>
public sealed class DatabaseTests(SharedCluster shared) : FaultCase(shared)
{
    [Fact]
    public async Task Killed_again_and_again_in_the_middle_of_commits()
    {
        var cluster = await ClusterAsync();
        var history = cluster.NewHistory("database-killed");
        await using var feed = await FeedRecorder.StartAsync([cluster.FirstApi.Address], Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var load = Load(cluster, history).RunAsync(100_000, stop.Token);
        for (var kill = 0; kill < 4; kill++)
        {
            var before = history.Acknowledged;
            await Eventually.TrueAsync(() => Task.FromResult(history.Acknowledged >= before + 40), Token);
            await cluster.Postgres.RestartAsync(Token);
        }

        await stop.CancelAsync();
        await load;
        await AssertKeptAsync(cluster, history, feed);
    }

    [Fact]
    public async Task Away_for_a_while_nothing_is_discarded_and_nobody_is_at_fault()
    {
        var cluster = await ClusterAsync();
        var history = cluster.NewHistory("database-away");
        await using var feed = await FeedRecorder.StartAsync([cluster.FirstApi.Address], Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var load = Load(cluster, history).RunAsync(100_000, stop.Token);
        await Eventually.TrueAsync(() => Task.FromResult(history.Acknowledged >= 100), Token);
        await cluster.Postgres.KillAsync();

        // Results that the worker has under way meet the database's absence; they are kept and not counted as failed.
        await Task.Delay(TimeSpan.FromSeconds(Full ? 60 : 4), Token);
        Assert.True(cluster.FirstApi.IsRunning && cluster.FirstWorker.IsRunning);
        Assert.Contains("503", history.Answers.Keys);
        await cluster.Postgres.RestartAsync(Token);
        await stop.CancelAsync();
        await load;
        await AssertKeptAsync(cluster, history, feed);
    }

    [Fact]
    public async Task Slow_by_two_seconds_there_is_pressure_and_no_storm()
    {
        var cluster = await ClusterAsync();
        var history = cluster.NewHistory("database-slow");
        await using var wire = new TcpProxy(cluster.Postgres.Port);
        var slow = await cluster.AddAsync(Cluster.Api, Token, toPostgres: wire);
        await slow.WaitUntilHealthyAsync(Token);

        // The other API would do its work for it.
        await cluster.FirstApi.StopAsync();
        wire.Latency = TimeSpan.FromSeconds(1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var load = new Generator([slow.Address], history, seed: 1, new GeneratorOptions(Clients: 50, Edits: 0, Deletions: 0)).RunAsync(100_000, stop.Token);
        var started = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(6), Token);

        // Waiting callers share connections; they do not each open one.
        Assert.InRange(wire.Connections, 1, 45);
        wire.Latency = TimeSpan.Zero;
        await stop.CancelAsync();
        await load;
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 45);
        await cluster.FirstApi.StartAsync();
        await AssertKeptAsync(cluster, history, feed: null);
        await cluster.RemoveAsync(slow);
    }

    private static Generator Load(Cluster cluster, History history)
        => new([cluster.FirstApi.Address], history, seed: 1, new GeneratorOptions(Clients: 6, Pause: TimeSpan.FromMilliseconds(15)));
}
