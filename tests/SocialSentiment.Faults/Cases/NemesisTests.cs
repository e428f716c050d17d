using System.Diagnostics;
using System.Globalization;
using SocialSentiment.Faults.Running;
using SocialSentiment.Faults.Workload;

namespace SocialSentiment.Faults.Cases;

/// <summary>
/// Fault 31: everything at random, by a seed that is printed. <c>FAULTS_SEED</c> replays a schedule, <c>FAULTS_SECONDS</c>
/// makes it longer, and with <c>FAULTS_POSTS</c> it goes on until so many posts are through.
/// </summary>
public sealed class NemesisTests(SharedCluster shared) : FaultCase(shared)
{
    [Fact]
    public async Task Whatever_happens_every_post_reaches_one_final_state()
    {
        var seed = Setting("FAULTS_SEED") ?? Random.Shared.Next(1_000_000);
        var posts = Setting("FAULTS_POSTS");
        var duration = TimeSpan.FromSeconds(Setting("FAULTS_SECONDS") ?? (posts is null ? 60 : 7_200));
        Say($"FAULTS_SEED={seed}");

        var cluster = await ClusterAsync();
        await using var toPostgres = new TcpProxy(cluster.Postgres.Port);
        await using var toRabbit = new TcpProxy(cluster.Rabbit.Port);

        // One of each is connected directly, the other over wires that can be tampered with.
        var api = await cluster.AddAsync(Cluster.Api, Token, toPostgres, toRabbit);
        var worker = await cluster.AddAsync(Cluster.Worker, Token, toRabbit: toRabbit);
        await cluster.WaitUntilHealthyAsync(Token);
        Uri[] addresses = [cluster.FirstApi.Address, api.Address];

        var history = cluster.NewHistory("nemesis");
        await using var feed = await FeedRecorder.StartAsync(addresses, Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        stop.CancelAfter(duration);
        var started = Stopwatch.GetTimestamp();
        var nemesis = new Nemesis(cluster, [cluster.FirstApi, api], [cluster.FirstWorker, worker], toPostgres, toRabbit, seed);
        using var harm = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var harming = nemesis.RunAsync(TimeSpan.FromSeconds(3), harm.Token);
        var options = posts is null
            ? new GeneratorOptions(Clients: 6, Pause: TimeSpan.FromMilliseconds(20))
            : new GeneratorOptions(Clients: 8, Pause: TimeSpan.FromMilliseconds(40), Batches: 0.5, LargestBatch: 40, Edits: 0.05, Deletions: 0.02);
        await new Generator(addresses, history, seed, options).RunAsync(posts ?? 1_000_000, stop.Token);
        await harm.CancelAsync();
        await harming;
        var sent = Stopwatch.GetElapsedTime(started);

        var verdict = await cluster.JudgeAsync(history, feed, Token, patience: TimeSpan.FromSeconds(120));
        var report = $"""
            seed {seed}: {nemesis.Done.Count} faults in {sent.TotalSeconds:0} s, at rest and judged after {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s
            {string.Join(Environment.NewLine, nemesis.Done)}
            starts: {string.Join(", ", new[] { cluster.FirstApi, api, cluster.FirstWorker, worker }.Select(service => $"{service} {service.Starts}"))}; feed: {feed.Events.Count} events over {feed.Connections} connections
            {history}
            {verdict}
            """;
        Say(report);
        if (Environment.GetEnvironmentVariable("FAULTS_REPORT") is { } file)
        {
            await File.WriteAllTextAsync(file, report, Token);
        }

        Assert.True(verdict.Findings.Count == 0, $"{report}{Environment.NewLine}{cluster.Log()}");
        Assert.True(history.Acknowledged > 100, report);
        await cluster.RemoveAsync(api);
        await cluster.RemoveAsync(worker);
    }

    private static int? Setting(string name)
        => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static void Say(string what) => TestContext.Current.TestOutputHelper?.WriteLine(what);
}
