using System.Net;
using System.Net.Http.Json;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Faults.Running;
using SocialSentiment.Faults.Workload;
using SocialSentiment.Testing;

namespace SocialSentiment.Faults.Cases;

/// <summary>Faults 4 to 7 and 12: a broker that refuses, dies, forgets or is full.</summary>
public sealed class BrokerTests(SharedCluster shared) : FaultCase(shared)
{
    [Fact]
    public async Task Killed_under_load_and_back_with_its_data()
    {
        var cluster = await ClusterAsync();
        var history = cluster.NewHistory("broker-killed");
        await using var feed = await FeedRecorder.StartAsync([cluster.FirstApi.Address], Token);
        await UnderLoadAsync(cluster, history, async () =>
        {
            await cluster.Rabbit.KillAsync();
            await AcceptedAtLeastAsync(history, history.Acknowledged + 30);
            await cluster.Rabbit.RestartAsync(Token);
        });
        await AssertKeptAsync(cluster, history, feed);
    }

    [Fact]
    public async Task Back_without_its_data()
    {
        var cluster = await ClusterAsync();
        var history = cluster.NewHistory("broker-wiped");
        await using var feed = await FeedRecorder.StartAsync([cluster.FirstApi.Address], Token);

        // Jobs must be with the broker when it forgets them.
        await cluster.FirstWorker.StopAsync();
        using (var sender = cluster.NewSender(history))
        {
            await SendAsync(sender, history, 100);
        }

        await using (var broker = await RawBroker.ConnectAsync(cluster, Token))
        {
            await Eventually.TrueAsync(async () => await broker.ReadyAsync("analyze", Token) >= 100, Token);
        }

        await cluster.Rabbit.RestartAsync(Token, wipe: true);
        await cluster.FirstWorker.StartAsync();
        var verdict = await AssertKeptAsync(cluster, history, feed);
        Assert.Equal(100, verdict.Labelled);
    }

    [Fact]
    public async Task Jobs_that_find_no_queue_or_a_full_one_stay_in_the_outbox()
    {
        var cluster = await ClusterAsync();
        var history = cluster.NewHistory("broker-refuses");
        await using var feed = await FeedRecorder.StartAsync([cluster.FirstApi.Address], Token);
        await cluster.FirstWorker.StopAsync();
        using var sender = cluster.NewSender(history);
        await using (var broker = await RawBroker.ConnectAsync(cluster, Token))
        {
            // The queue is gone: returned as unroutable. Whoever publishes declares it anew, or waits until somebody does.
            await broker.DeleteQueueAsync("analyze", Token);
            await SendAsync(sender, history, 20);
            await Eventually.GetAsync(() => cluster.AccountingAsync(Token), books => books.OutboxSize == 0, Token);
        }

        // The queue is full: refused.
        await LimitAsync(cluster, "analyze", 5);
        await SendAsync(sender, history, 60, perBatch: 20);
        await Eventually.GetAsync(() => cluster.AccountingAsync(Token), books => books is { Pending: >= 60, OutboxSize: > 0 }, Token);
        await LimitAsync(cluster, "analyze", 100_000);
        await cluster.FirstWorker.StartAsync();
        var verdict = await AssertKeptAsync(cluster, history, feed);
        Assert.Equal(80, verdict.Labelled);
    }

    [Fact]
    public async Task Blocked_by_an_alarm_accepts_until_the_outbox_is_full_and_then_says_when_to_come_back()
    {
        var cluster = await ClusterAsync();
        var history = cluster.NewHistory("broker-blocked");
        var small = await cluster.AddAsync(Cluster.Api, Token, settings: new Dictionary<string, string> { ["Posts__MaxOutbox"] = "100" });
        await small.WaitUntilHealthyAsync(Token);
        await cluster.Rabbit.ControlAsync(["set_vm_memory_high_watermark", "0.00001"], Token);
        try
        {
            using var sender = new Sender([small.Address], history);
            var refused = await RefusedAsync(cluster, small, sender, history);
            Assert.True(refused.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable, $"{refused.StatusCode}");
            Assert.NotNull(refused.Headers.RetryAfter);

            // Bounded, and not far beyond the bound.
            Assert.InRange((await cluster.AccountingAsync(Token)).OutboxSize, 50, 2_000);
        }
        finally
        {
            await cluster.Rabbit.ControlAsync(["set_vm_memory_high_watermark", "0.4"], Token);
        }

        await AssertKeptAsync(cluster, history, feed: null);
        await cluster.RemoveAsync(small);
    }

    [Fact]
    public async Task Without_a_place_for_the_dead_the_job_is_kept_until_there_is_one()
    {
        var cluster = await ClusterAsync();
        var history = cluster.NewHistory("no-dead-letters");
        await using var broker = await RawBroker.ConnectAsync(cluster, Token);
        await cluster.FirstWorker.StopAsync();
        using (var sender = cluster.NewSender(history))
        {
            await SendOneAsync(sender, history, "POISON:throw", poisonous: true);
            await SendAsync(sender, history, 20);
        }

        await Eventually.TrueAsync(async () => await broker.ReadyAsync("analyze", Token) == 21, Token);

        // Nobody empties the dead letters, and they are full.
        await cluster.FirstApi.StopAsync();
        await LimitAsync(cluster, "dead", 1);
        await broker.FillAsync("dead", Token);

        await cluster.FirstWorker.StartAsync();
        await Eventually.TrueAsync(async () => await broker.ReadyAsync("results", Token) == 20, Token);
        await Eventually.TrueAsync(() => Task.FromResult(cluster.FirstWorker.Output.Contains("dead letters", StringComparison.Ordinal)), Token);

        await LimitAsync(cluster, "dead", 100_000);
        await cluster.FirstApi.StartAsync();
        var verdict = await AssertKeptAsync(cluster, history, feed: null);
        Assert.Equal((20, 1), (verdict.Labelled, verdict.Dead));
    }

    /// <summary>
    /// By a policy, since RabbitMQ 3.10 may break a quorum queue that is deleted and made anew at once; and lifted by a
    /// higher limit, since without any limit it forgets to tell publishers that there is room again.
    /// </summary>
    private static Task LimitAsync(Cluster cluster, string queue, int messages)
        => cluster.Rabbit.ControlAsync(["set_policy", queue, $"^{queue}$", $$"""{"max-length": {{messages}}, "overflow": "reject-publish"}""", "--apply-to", "queues"], Token);

    private static async Task UnderLoadAsync(Cluster cluster, History history, Func<Task> fault)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var load = new Generator([cluster.FirstApi.Address], history, seed: 1, new GeneratorOptions(Pause: TimeSpan.FromMilliseconds(20))).RunAsync(100_000, stop.Token);
        await AcceptedAtLeastAsync(history, 30);
        await fault();
        await AcceptedAtLeastAsync(history, history.Acknowledged + 30);
        await stop.CancelAsync();
        await load;
    }

    private static Task AcceptedAtLeastAsync(History history, int posts)
        => Eventually.TrueAsync(() => Task.FromResult(history.Acknowledged >= posts), Token);

    /// <summary>Posts until there is an answer other than yes; what is accepted meanwhile belongs to the history.</summary>
    private static async Task<HttpResponseMessage> RefusedAsync(Cluster cluster, ServiceProcess api, Sender sender, History history)
    {
        for (var sent = 0; sent < 2_000; sent++)
        {
            var post = history.Begin("is anybody there");
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(api.Address, "/posts"))
            {
                Content = JsonContent.Create(new CreatePostRequest(post.Texts[0], Source: history.Source), ContractsJson.Default.CreatePostRequest),
            };
            var response = await sender.Http.SendAsync(request, Token);
            if (response.StatusCode != HttpStatusCode.Created)
            {
                return response;
            }

            post.Answered((await response.Content.ReadFromJsonAsync(ContractsJson.Default.PostResponse, Token))!.Id);
        }

        throw new InvalidOperationException($"2,000 posts were accepted: {await cluster.AccountingAsync(Token)}");
    }
}
