using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.Faults.Running;
using SocialSentiment.Testing;

namespace SocialSentiment.Faults.Cases;

/// <summary>Orders for drafts end with drafts, once, whoever dies on the way.</summary>
public sealed class ReplyTests(SharedCluster shared) : FaultCase(shared)
{
    private const int Drafts = 3;

    [Theory]
    [InlineData("replies.after-publish replies.before-commit replies.after-commit")]
    [InlineData("reply.received reply.before-publish reply.after-publish")]
    public async Task Killed_at(string row)
    {
        var cluster = await ClusterAsync();
        var places = row.Split(' ');
        var victim = places[0].StartsWith("reply.", StringComparison.Ordinal) ? cluster.FirstWorker : cluster.FirstApi;
        await victim.StartAsync([.. places.Select(place => $"{place}=kill")]);
        List<Guid> orders = [];
        for (var round = 0; places.Any(place => !victim.Output.Contains($"Failpoint {place}: kill", StringComparison.Ordinal)); round++)
        {
            Assert.True(round < 20, $"{row} was not reached.{Environment.NewLine}{cluster.Log()}");
            var order = await OrderAsync(cluster, await PostAsync(cluster, "The train was late again and nobody told us."));
            orders.Add(order.Id);
            await DoneAsync(cluster, order.Id);
        }

        await cluster.WaitUntilHealthyAsync(Token);
        foreach (var order in orders)
        {
            var job = await DoneAsync(cluster, order);
            Assert.Equal(Enumerable.Range(1, Drafts), job.Drafts.Select(draft => draft.Rank));
            Assert.Equal(Drafts, job.Drafts.DistinctBy(draft => draft.Text).Count());
        }
    }

    [Fact]
    public async Task What_a_killed_worker_had_half_written_is_written_anew()
    {
        var cluster = await ClusterAsync();
        await cluster.FirstWorker.StartAsync("reply.before-publish=hang");
        await cluster.FirstWorker.WaitUntilHealthyAsync(Token);
        var post = await PostAsync(cluster, "I love the new album, best one yet!");
        var order = await OrderAsync(cluster, post);
        using var response = await cluster.Http.GetAsync(new Uri(cluster.FirstApi.Address, $"/replies/jobs/{order.Id}/events"), HttpCompletionOption.ResponseHeadersRead, Token);
        var runs = new List<Guid>();
        ReplyJobResponse? done = null;
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(Token)).EnumerateAsync(Token))
        {
            if (item.EventType == "writing")
            {
                var progress = JsonSerializer.Deserialize(item.Data, ContractsJson.Default.ReplyProgress)!;
                if (!runs.Contains(progress.Run))
                {
                    runs.Add(progress.Run);
                    if (runs.Count == 1)
                    {
                        cluster.FirstWorker.Signal(Signals.Kill);
                    }
                }

                // A word of the dead one after the first of the living would be doubled text on somebody's page.
                Assert.Equal(runs[^1], progress.Run);
            }
            else if (item.EventType == "done")
            {
                done = JsonSerializer.Deserialize(item.Data, ContractsJson.Default.ReplyJobResponse);
            }
        }

        Assert.Equal(2, runs.Count);
        Assert.Equal(Drafts, done!.Drafts.Count);
        var kept = await cluster.Http.GetFromJsonAsync(new Uri(cluster.FirstApi.Address, $"/posts/{post}/replies"), ContractsJson.Default.PostRepliesResponse, Token);
        Assert.Equal(done.Drafts, kept!.Drafts);
    }

    [Fact]
    public async Task Drafts_come_once_however_often_workers_die()
    {
        const int Orders = 20;
        var cluster = await ClusterAsync();
        using var feed = await cluster.Http.GetAsync(new Uri(cluster.FirstApi.Address, "/events?kind=replied&source=replies"), HttpCompletionOption.ResponseHeadersRead, Token);
        List<Guid> posts = [];
        for (var i = 0; i < Orders; i++)
        {
            posts.Add(await PostAsync(cluster, $"Flight {i} was cancelled and nobody can tell me why."));
        }

        var orders = await Task.WhenAll(posts.Select(post => OrderAsync(cluster, post)));
        for (var death = 0; death < 4; death++)
        {
            var starts = cluster.FirstWorker.Starts;
            await cluster.FirstWorker.WaitUntilHealthyAsync(Token);
            cluster.FirstWorker.Signal(Signals.Kill);
            await cluster.FirstWorker.WaitForRestartAsync(starts, Token);
        }

        foreach (var order in orders)
        {
            var job = await DoneAsync(cluster, order.Id);
            Assert.Equal(Enumerable.Range(1, Drafts), job.Drafts.Select(draft => draft.Rank));
        }

        // The last one's news is behind all others', and behind all that were told twice.
        var last = await PostAsync(cluster, "Something else.");
        await OrderAsync(cluster, last);
        List<Guid> replied = [];
        await foreach (var item in SseParser.Create(await feed.Content.ReadAsStreamAsync(Token)).EnumerateAsync(Token))
        {
            if (item.EventType == "replied")
            {
                replied.Add(JsonSerializer.Deserialize(item.Data, ContractsJson.Default.PostEvent)!.PostId);
                if (replied[^1] == last)
                {
                    break;
                }
            }
        }

        Assert.Equal([.. posts.Append(last).Order()], replied.Order());
    }

    [Fact]
    public async Task An_order_that_the_broker_has_lost_is_answered_with_templates()
    {
        var cluster = await ClusterAsync();

        // It has the order, nobody has taken it yet, and then it has nothing.
        await cluster.FirstWorker.StopAsync();
        var order = await OrderAsync(cluster, await PostAsync(cluster, "Is this thing on?"));
        await using (var broker = await RawBroker.ConnectAsync(cluster, Token))
        {
            await Eventually.GetAsync(() => broker.ReadyAsync("replies", Token), ready => ready >= 1, Token);
            await broker.DeleteQueueAsync("replies", Token);
        }

        await cluster.FirstWorker.StartAsync();
        var done = await DoneAsync(cluster, order.Id);
        Assert.All(done.Drafts, draft => Assert.Equal(ReplySource.Template, draft.Source));
        Assert.Equal(Drafts, done.Drafts.Count);
    }

    private static async Task<Guid> PostAsync(Cluster cluster, string text)
    {
        using var response = await AskAsync(cluster, "/posts", new { text, source = "replies" });
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.PostResponse, Token))!.Id;
    }

    /// <summary>Who is not answered asks again, and joins what the first call has ordered after all.</summary>
    private static async Task<ReplyJobResponse> OrderAsync(Cluster cluster, Guid post)
    {
        using var response = await AskAsync(cluster, $"/posts/{post}/replies", new { count = Drafts, seed = 1 });
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.ReplyJobResponse, Token))!;
    }

    private static async Task<HttpResponseMessage> AskAsync(Cluster cluster, string path, object body)
    {
        while (true)
        {
            try
            {
                var response = await cluster.Http.PostAsJsonAsync(new Uri(cluster.FirstApi.Address, path), body, Token);
                if (response.IsSuccessStatusCode)
                {
                    return response;
                }

                response.Dispose();
            }
            catch (HttpRequestException)
            {
                // It is being killed.
            }

            await Task.Delay(100, Token);
        }
    }

    private static Task<ReplyJobResponse> DoneAsync(Cluster cluster, Guid order)
        => Eventually.GetAsync(
            async () =>
            {
                try
                {
                    return await cluster.Http.GetFromJsonAsync(new Uri(cluster.FirstApi.Address, $"/replies/jobs/{order}"), ContractsJson.Default.ReplyJobResponse, Token);
                }
                catch (HttpRequestException)
                {
                    return null;
                }
            },
            job => job is { State: ReplyJobState.Done },
            Token)!;
}
