using SocialSentiment.Faults.Running;
using SocialSentiment.Faults.Workload;

namespace SocialSentiment.Faults.Cases;

/// <summary>Faults 1, 2 and 3: API and worker are killed at every named place, one by one and in pairs.</summary>
public sealed class FailpointTests(SharedCluster shared) : FaultCase(shared)
{
    private static readonly string[] s_all =
    [
        "posts.before-commit", "posts.after-commit",
        "outbox.before-publish", "outbox.after-publish",
        "results.before-commit", "results.after-commit",
        "dead.before-commit", "dead.after-commit",
        "provisional.before-commit", "reconcile.before-commit",
        "analyze.received", "analyze.before-publish", "analyze.after-publish",
    ];

    public static TheoryData<string, string?> Places() => [.. s_all.Select(place => (place, (string?)null))];

    /// <summary>Every ordered pair with <c>FAULTS=full</c>; otherwise a few in which the second fault meets what the first has left behind.</summary>
    public static TheoryData<string, string?> Pairs() => Full
        ? [.. s_all.SelectMany(first => s_all.Where(second => second != first).Select(second => (first, (string?)second)))]
        : [("outbox.after-publish", "results.after-commit"), ("analyze.after-publish", "results.before-commit")];

    [Theory]
    [MemberData(nameof(Places))]
    [MemberData(nameof(Pairs))]
    public async Task Killed_at(string first, string? second)
    {
        var cluster = await ClusterAsync();
        var history = cluster.NewHistory("failpoint");
        await using var feed = await FeedRecorder.StartAsync([cluster.FirstApi.Address], Token);
        var (api, worker) = (cluster.FirstApi, cluster.FirstWorker);

        string[] ofApi = [.. Armed(first, second).Where(place => !IsOfWorker(place))];
        string[] ofWorker = [.. Armed(first, second).Where(IsOfWorker)];
        var slow = Slow(first, second);
        if (ofWorker.Length > 0 || slow.Length > 0)
        {
            await worker.StartAsync([.. ofWorker.Select(place => $"{place}=kill;{slow}"), slow]);
        }

        if (ofApi.Length > 0)
        {
            await api.StartAsync([.. ofApi.Select(place => $"{place}=kill")]);
        }

        using var sender = cluster.NewSender(history);
        var (apiStarts, workerStarts) = (api.Starts, worker.Starts);
        for (var round = 1; api.Starts < apiStarts + ofApi.Length || worker.Starts < workerStarts + ofWorker.Length; round++)
        {
            Assert.True(round <= 10, $"{first} and {second} were not reached.{Environment.NewLine}{cluster.Log()}");
            await SendAsync(sender, history, 5);
            await SendOneAsync(sender, history, "good morning");
            if (Armed(first, second).Any(place => place.StartsWith("dead", StringComparison.Ordinal)))
            {
                await SendOneAsync(sender, history, "POISON:throw", poisonous: true);
            }

            // One death per round and process at most; two on one process need two rounds.
            for (var waited = 0; waited < 200 && (api.Starts < apiStarts + Math.Min(round, ofApi.Length) || worker.Starts < workerStarts + Math.Min(round, ofWorker.Length)); waited++)
            {
                await Task.Delay(50, Token);
            }
        }

        foreach (var place in Armed(first, second))
        {
            Assert.Contains($"Failpoint {place}: kill", (IsOfWorker(place) ? worker : api).Output, StringComparison.Ordinal);
        }

        await AssertKeptAsync(cluster, history, feed);
    }

    /// <summary>Nothing is provisional, and nothing is sent out again, while the worker does its work at once.</summary>
    private static string Slow(string first, string? second)
        => string.Join(';', Armed(first, second).Select(place => place switch
        {
            "provisional.before-commit" => "analyze.received=delay:3500",
            "reconcile.before-commit" => "analyze.received=delay:6500@2",
            _ => "",
        }));

    private static IEnumerable<string> Armed(string first, string? second) => second is null ? [first] : [first, second];

    private static bool IsOfWorker(string place) => place.StartsWith("analyze", StringComparison.Ordinal);
}
