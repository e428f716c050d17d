using SocialSentiment.Faults.Running;
using SocialSentiment.Faults.Workload;

namespace SocialSentiment.Faults.Cases;

/// <summary>Faults 1, 2 and 3: API and worker are killed at every named place, in turn and in pairs.</summary>
public sealed class FailpointTests(SharedCluster shared) : FaultCase(shared)
{
    /// <summary>Each row a cluster that goes through it: the places of one process come one per life.</summary>
    private static readonly string[] s_rows =
    [
        "posts.before-commit posts.after-commit outbox.before-publish outbox.after-publish results.before-commit results.after-commit",
        "dead.before-commit dead.after-commit",
        "provisional.before-commit reconcile.before-commit",
        "analyze.received analyze.before-publish analyze.after-publish",

        // Both processes at once: the second fault meets what the first has left behind.
        "outbox.after-publish results.after-commit analyze.after-publish",
        "results.before-commit analyze.received",
    ];

    /// <summary>With <c>FAULTS=full</c> also every ordered pair.</summary>
    public static TheoryData<string> Rows()
    {
        string[] all = [.. string.Join(' ', s_rows).Split(' ').Distinct()];
        return Full ? [.. s_rows, .. all.SelectMany(first => all.Where(second => second != first).Select(second => $"{first} {second}"))] : [.. s_rows];
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Killed_at(string row)
    {
        var cluster = await ClusterAsync();
        var history = cluster.NewHistory("failpoint");
        await using var feed = await FeedRecorder.StartAsync([cluster.FirstApi.Address], Token);
        var (api, worker) = (cluster.FirstApi, cluster.FirstWorker);

        var places = row.Split(' ');
        string[] ofApi = [.. places.Where(place => !IsOfWorker(place))];
        string[] ofWorker = [.. places.Where(IsOfWorker)];
        var slow = Slow(places);
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
            Assert.True(round <= places.Length + 5, $"{row} was not reached.{Environment.NewLine}{cluster.Log()}");
            if (round > 1 && slow.Length > 0 && worker.Starts >= workerStarts + ofWorker.Length)
            {
                // It was slow once; for what is still to be reached it has to be slow again.
                await worker.StartAsync(slow);
            }

            await SendAsync(sender, history, 5);
            await SendOneAsync(sender, history, "good morning");
            if (row.Contains("dead.", StringComparison.Ordinal))
            {
                await SendOneAsync(sender, history, "POISON:throw", poisonous: true);
            }

            // A process dies once per round at least; sometimes the client's next try brings the next death.
            for (var waited = 0; waited < 200 && (api.Starts < apiStarts + Math.Min(round, ofApi.Length) || worker.Starts < workerStarts + Math.Min(round, ofWorker.Length)); waited++)
            {
                await Task.Delay(50, Token);
            }
        }

        foreach (var place in places)
        {
            Assert.Contains($"Failpoint {place}: kill", (IsOfWorker(place) ? worker : api).Output, StringComparison.Ordinal);
        }

        await AssertKeptAsync(cluster, history, feed);
    }

    private static bool IsOfWorker(string place) => place.StartsWith("analyze", StringComparison.Ordinal);

    /// <summary>Nothing is provisional, and nothing is sent out again, while the worker does its work at once.</summary>
    private static string Slow(string[] places)
        => places.Contains("reconcile.before-commit") ? "analyze.received=delay:7500"
            : places.Contains("provisional.before-commit") ? "analyze.received=delay:3500"
            : "";
}
