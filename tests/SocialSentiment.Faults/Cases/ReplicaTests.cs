using SocialSentiment.Faults.Running;
using SocialSentiment.Faults.Workload;
using SocialSentiment.Testing;

namespace SocialSentiment.Faults.Cases;

/// <summary>Faults 23 and 24: replicas that come and go, that nobody hears of any more, and that wake up when they are forgotten.</summary>
public sealed class ReplicaTests(SharedCluster shared) : FaultCase(shared)
{
    [Fact]
    public async Task Workers_come_and_go_politely()
    {
        var cluster = await ClusterAsync();
        var history = cluster.NewHistory("scale");
        await using var feed = await FeedRecorder.StartAsync([cluster.FirstApi.Address], Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var load = new Generator([cluster.FirstApi.Address], history, seed: 1, new GeneratorOptions(Pause: TimeSpan.FromMilliseconds(20))).RunAsync(100_000, stop.Token);

        List<ServiceProcess> more = [];
        for (var i = 0; i < (Full ? 7 : 3); i++)
        {
            more.Add(await cluster.AddAsync(Cluster.Worker, Token));
        }

        foreach (var worker in more)
        {
            await worker.WaitUntilHealthyAsync(Token);
        }

        foreach (var worker in more)
        {
            using var grace = CancellationTokenSource.CreateLinkedTokenSource(Token);
            grace.CancelAfter(TimeSpan.FromSeconds(25));
            Assert.Equal(0, await worker.TerminateAsync(grace.Token));
            await cluster.RemoveAsync(worker);
        }

        await stop.CancelAsync();
        await load;
        await AssertKeptAsync(cluster, history, feed);
    }

    [Fact]
    public async Task A_worker_that_has_fallen_silent_gives_its_jobs_back()
    {
        var cluster = await ClusterAsync();
        var history = cluster.NewHistory("half-open");
        await using var feed = await FeedRecorder.StartAsync([cluster.FirstApi.Address], Token);
        await using var wire = new TcpProxy(cluster.Rabbit.Port);
        var silent = await cluster.AddAsync(Cluster.Worker, Token, toRabbit: wire, failpoints: "analyze.before-publish=delay:2000");
        await silent.WaitUntilHealthyAsync(Token);
        await cluster.FirstWorker.StopAsync();
        using var sender = cluster.NewSender(history);
        await SendAsync(sender, history, 30);
        await Eventually.TrueAsync(() => Task.FromResult(silent.Output.Contains("Failpoint analyze.before-publish: delay", StringComparison.Ordinal)), Token);

        // From here on its results and acks go nowhere, and the broker's heartbeats do not reach it.
        wire.Silence();
        await cluster.FirstWorker.StartAsync();
        await cluster.SettleAsync(Token);

        // When packets flow again, both have long given up on the connection.
        wire.Cut();
        wire.Restore();
        await AssertKeptAsync(cluster, history, feed);
        await cluster.RemoveAsync(silent);
    }

    [Fact]
    public async Task A_commit_that_comes_late_changes_nothing()
    {
        var cluster = await ClusterAsync();
        var history = cluster.NewHistory("zombie");
        var zombie = await cluster.AddAsync(
            Cluster.Api,
            Token,
            failpoints: "results.before-commit=delay:1000",
            settings: new Dictionary<string, string> { ["Database__IdleInTransactionTimeoutSeconds"] = "2" });
        await zombie.WaitUntilHealthyAsync(Token);
        await using var feed = await FeedRecorder.StartAsync([cluster.FirstApi.Address], Token);
        using var sender = cluster.NewSender(history);

        // Until the replica to be has results in the middle of a transaction; then it stops in its tracks.
        for (var round = 0; !zombie.Output.Contains("Failpoint results.before-commit: delay", StringComparison.Ordinal); round++)
        {
            Assert.True(round < 100, "The second API gets no results.");
            await SendAsync(sender, history, 5);
        }

        zombie.Signal(Signals.Stop);
        await SendAsync(sender, history, 20);

        // Its locks, its results and its place in the feed are in nobody's way for long: the database ends its session,
        // the broker its connection.
        await cluster.SettleAsync(Token);
        Assert.Equal(0, (await cluster.AccountingAsync(Token)).Pending);
        zombie.Signal(Signals.Continue);
        await zombie.WaitUntilHealthyAsync(Token);
        await AssertKeptAsync(cluster, history, feed);
        await cluster.RemoveAsync(zombie);
    }
}
