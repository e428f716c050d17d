using System.Net;
using System.Net.Http.Json;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Failsafe;
using SocialSentiment.Contracts.Predictions;
using SocialSentiment.Faults.Running;
using SocialSentiment.Faults.Workload;
using SocialSentiment.Testing;

namespace SocialSentiment.Faults.Cases;

/// <summary>Faults 14 and 15 for callers who wait: whatever happens to workers and broker, everybody is answered in time.</summary>
public sealed class PredictionTests(SharedCluster shared) : FaultCase(shared)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>What the way from a loaded test machine to a loaded server and back may take beside the caller's patience.</summary>
    private static readonly TimeSpan s_tolerance = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Every_worker_killed_under_200_requests_a_second()
    {
        var cluster = await ClusterAsync();
        var second = await cluster.AddAsync(Cluster.Worker, Token);
        await second.WaitUntilHealthyAsync(Token);
        var starts = cluster.FirstApi.Starts;
        await ClosedAsync(cluster, cluster.FirstApi);

        await using var load = new PredictLoad([cluster.FirstApi.Address], perSecond: 200, s_patience);
        await Eventually.TrueAsync(() => Task.FromResult(load.Count > 400), Token);
        await Task.WhenAll(cluster.FirstWorker.StopAsync(), second.StopAsync());
        await UntilAsync(cluster, cluster.FirstApi, FailsafeState.Open);
        var asked = load.Count;
        await Eventually.TrueAsync(() => Task.FromResult(load.Count > asked + 600), Token);
        await Task.WhenAll(cluster.FirstWorker.StartAsync(), second.StartAsync());
        await UntilAsync(cluster, cluster.FirstApi, FailsafeState.Closed);
        asked = load.Count;
        await Eventually.TrueAsync(() => Task.FromResult(load.Count > asked + 400), Token);

        var answers = await load.StopAsync();
        var status = await StatusAsync(cluster, cluster.FirstApi);
        AssertAnswered(answers);
        var changes = status.History.Where(change => change.At > answers[0].Begun).Reverse().ToArray();
        Assert.Equal([FailsafeState.Open, FailsafeState.Closed], changes.Select(change => change.State));
        var (opened, closed) = (changes[0].At, changes[1].At);
        var meanwhile = answers.Where(answer => answer.Begun > opened + s_tolerance && answer.Ended < closed - s_tolerance).ToArray();
        Assert.NotEmpty(meanwhile);
        Assert.All(meanwhile, answer => Assert.Equal(FallbackReason.BreakerOpen, answer.Answer!.FallbackReason));
        Assert.All(meanwhile, answer => Assert.True(answer.Took < s_patience / 2, $"{answer.Took}"));

        // One probe was enough, and nothing was started anew.
        var later = answers.Where(answer => answer.Begun > closed + s_tolerance).ToArray();
        Assert.NotEmpty(later);
        Assert.All(later, answer => Assert.False(answer.Answer!.FallbackUsed, $"{answer.Answer}"));
        Assert.Equal(starts, cluster.FirstApi.Starts);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{answers.Count} requests, {answers.Count(answer => answer.Answer!.FallbackUsed)} by the lexicon, longest {answers.Max(answer => answer.Took.TotalMilliseconds):0} ms, {status.Counts.Probes} probes");
        await cluster.RemoveAsync(second);
    }

    [Fact]
    public async Task Eight_replicas_and_a_worker_that_hangs_make_no_stampede()
    {
        var cluster = await ClusterAsync();
        var hasty = new Dictionary<string, string> { ["Failsafe__Break"] = "00:00:02", ["Failsafe__ProbeTimeout"] = "00:00:01" };
        List<ServiceProcess> replicas = [];
        for (var i = 0; i < 8; i++)
        {
            replicas.Add(await cluster.AddAsync(Cluster.Api, Token, settings: hasty));
        }

        foreach (var replica in replicas)
        {
            await replica.WaitUntilHealthyAsync(Token);
        }

        cluster.FirstWorker.Signal(Signals.Stop);
        try
        {
            foreach (var replica in replicas)
            {
                await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PredictAsync(cluster, replica, 700)));
                Assert.NotEqual(FailsafeState.Closed, (await ReportAsync(cluster, replica)).State);
            }

            // Many ask, and none of them gets through: only the probes do, one of each replica at a time.
            var before = await ReportsAsync(cluster, replicas);
            await using var load = new PredictLoad([.. replicas.Select(replica => replica.Address)], perSecond: 100, s_patience);
            await Eventually.TrueAsync(async () => (await ReportsAsync(cluster, replicas)).Zip(before).All(pair => pair.First.Counts.Probes >= pair.Second.Counts.Probes + 2), Token);
            var answers = await load.StopAsync();
            var after = await ReportsAsync(cluster, replicas);
            AssertAnswered(answers);
            Assert.All(answers, answer => Assert.True(answer.Answer!.FallbackUsed));
            foreach (var (now, then) in after.Zip(before))
            {
                // One of them may just be between its two counters.
                Assert.InRange(now.Counts.Asked - then.Counts.Asked - (now.Counts.Probes - then.Counts.Probes), -1, 1);
            }

            // A break and a probe take three seconds.
            var seconds = (answers[^1].Ended - answers[0].Begun).TotalSeconds;
            var probes = after.Sum(report => report.Counts.Probes) - before.Sum(report => report.Counts.Probes);
            Assert.InRange(probes, 16, 8 * ((seconds / 2) + 2));
        }
        finally
        {
            cluster.FirstWorker.Signal(Signals.Continue);
        }

        foreach (var replica in replicas)
        {
            await Eventually.GetAsync(() => ReportAsync(cluster, replica), report => report.State == FailsafeState.Closed, Token);
            Assert.False((await PredictAsync(cluster, replica, 10_000)).FallbackUsed);
        }

        foreach (var replica in replicas)
        {
            await cluster.RemoveAsync(replica);
        }
    }

    [Fact]
    public async Task Broker_killed_under_predictions_and_posts()
    {
        var cluster = await ClusterAsync();
        var history = cluster.NewHistory("predict-broker");
        await using var feed = await FeedRecorder.StartAsync([cluster.FirstApi.Address], Token);
        await ClosedAsync(cluster, cluster.FirstApi);
        using var sender = cluster.NewSender(history);
        await using var load = new PredictLoad([cluster.FirstApi.Address], perSecond: 50, s_patience);
        await SendAsync(sender, history, 100);

        await cluster.Rabbit.KillAsync();
        await UntilAsync(cluster, cluster.FirstApi, FailsafeState.Open);
        await SendAsync(sender, history, 100);
        await cluster.Rabbit.RestartAsync(Token);
        await UntilAsync(cluster, cluster.FirstApi, FailsafeState.Closed);
        var asked = load.Count;
        await Eventually.TrueAsync(() => Task.FromResult(load.Count > asked + 50), Token);

        var answers = await load.StopAsync();
        AssertAnswered(answers);
        Assert.False(answers[^1].Answer!.FallbackUsed);
        await AssertKeptAsync(cluster, history, feed);
    }

    private static void AssertAnswered(IReadOnlyList<AskedPrediction> answers)
    {
        Assert.All(answers, answer => Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status} {answer.Error}"));
        Assert.All(answers, answer => Assert.True(answer.Took < s_patience + s_tolerance, $"{answer.Took} {answer.Answer}"));
    }

    private static async Task<PredictionResponse> PredictAsync(Cluster cluster, ServiceProcess api, int timeout)
    {
        using var response = await cluster.Http.PostAsJsonAsync(
            new Uri(api.Address, "/predict"), new PredictionRequest("a fine thing", TimeoutMs: timeout, Cache: false), ContractsJson.Default.PredictionRequest, Token);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.PredictionResponse, Token))!;
    }

    /// <summary>However the case before left it.</summary>
    private static async Task ClosedAsync(Cluster cluster, ServiceProcess api)
    {
        await cluster.FirstWorker.WaitUntilHealthyAsync(Token);
        using (var response = await cluster.Http.PostAsync(new Uri(api.Address, "/failsafe/reset"), content: null, Token))
        {
            response.EnsureSuccessStatusCode();
        }

        await Eventually.TrueAsync(async () => !(await PredictAsync(cluster, api, 5_000)).FallbackUsed, Token);
    }

    private static Task<FailsafeStatusResponse> UntilAsync(Cluster cluster, ServiceProcess api, FailsafeState state)
        => Eventually.GetAsync(() => StatusAsync(cluster, api), status => status.State == state, Token);

    private static async Task<FailsafeStatusResponse> StatusAsync(Cluster cluster, ServiceProcess api)
        => (await cluster.Http.GetFromJsonAsync(new Uri(api.Address, "/failsafe/status"), ContractsJson.Default.FailsafeStatusResponse, Token))!;

    /// <summary>Of one replica, which tells of itself at this very moment.</summary>
    private static async Task<FailsafeReplica> ReportAsync(Cluster cluster, ServiceProcess api)
        => (await StatusAsync(cluster, api)).Replicas.Single(replica => replica.Replica.EndsWith($"-{api.ProcessId}", StringComparison.Ordinal));

    private static Task<FailsafeReplica[]> ReportsAsync(Cluster cluster, IEnumerable<ServiceProcess> apis)
        => Task.WhenAll(apis.Select(api => ReportAsync(cluster, api)));
}
