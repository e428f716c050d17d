using System.Net.Http.Json;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Faults.Checking;
using SocialSentiment.Faults.Running;
using SocialSentiment.Faults.Workload;

namespace SocialSentiment.Faults.Cases;

/// <summary>What the cases have in common: the shared cluster, posts to send, and the judgement at the end.</summary>
public abstract class FaultCase(SharedCluster shared)
{
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary><c>FAULTS=full</c> asks for everything, however long it takes.</summary>
    protected static bool Full => Environment.GetEnvironmentVariable("FAULTS") == "full";

    private protected Task<Cluster> ClusterAsync() => shared.GetAsync();

    /// <summary>Sends so many posts, in batches; returns when all have their answer.</summary>
    private protected static async Task SendAsync(Sender sender, History history, int posts, int perBatch = 100)
    {
        for (var sent = 0; sent < posts; sent += perBatch)
        {
            SentPost[] batch = [.. Enumerable.Range(0, Math.Min(perBatch, posts - sent)).Select(_ => history.Begin("such a nice day"))];
            Assert.True(await sender.CreateBatchAsync(batch, Token), $"no answer: {history}");
        }
    }

    private protected static async Task<SentPost> SendOneAsync(Sender sender, History history, string words, bool poisonous = false)
    {
        var post = history.Begin(words, poisonous);
        Assert.True(await sender.CreateAsync(post, byExternalId: false, Token), $"no answer: {history}; {string.Join(", ", history.Unexpected)}");
        return post;
    }

    /// <summary>Every promise kept, and no harmless post among the dead.</summary>
    private protected static async Task<Verdict> AssertKeptAsync(Cluster cluster, History history, FeedRecorder? feed)
    {
        var verdict = await cluster.JudgeAsync(history, feed, Token);
        TestContext.Current.TestOutputHelper?.WriteLine($"{history}{Environment.NewLine}{verdict}");
        Assert.True(verdict.Findings.Count == 0, $"{history}{Environment.NewLine}{verdict}{Environment.NewLine}{cluster.Log()}");
        Assert.True(verdict.Sacrificed == 0, $"{verdict}{Environment.NewLine}{cluster.Log()}");
        return verdict;
    }

    private protected static async Task<PostDetailResponse> GetAsync(Cluster cluster, SentPost post)
        => (await cluster.Http.GetFromJsonAsync(new Uri(cluster.FirstApi.Address, $"/posts/{post.Id}"), ContractsJson.Default.PostDetailResponse, Token))!;
}
