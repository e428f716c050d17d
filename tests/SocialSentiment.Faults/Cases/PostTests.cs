using System.Net;
using System.Net.Http.Json;
using System.Text;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Faults.Running;
using SocialSentiment.Faults.Workload;
using SocialSentiment.Testing;

namespace SocialSentiment.Faults.Cases;

/// <summary>Faults 11, 13, 21 and 22: posts that are poison, that come twice, that change while they are looked at.</summary>
public sealed class PostTests(SharedCluster shared) : FaultCase(shared)
{
    [Theory]
    [InlineData("POISON:throw")]
    [InlineData("POISON:kill")]
    public async Task A_poisonous_post_dies_alone(string poison)
    {
        var cluster = await ClusterAsync();
        var history = cluster.NewHistory("poison");
        await using var feed = await FeedRecorder.StartAsync([cluster.FirstApi.Address], Token);
        using var sender = cluster.NewSender(history);
        SentPost[] batch = [.. Enumerable.Range(0, 50).Select(i => i == 25 ? history.Begin(poison, poisonous: true) : history.Begin("fine"))];
        Assert.True(await sender.CreateBatchAsync(batch, Token));
        var verdict = await AssertKeptAsync(cluster, history, feed);
        Assert.Equal((49, 1), (verdict.Labelled, verdict.Dead));
        Assert.NotEmpty((await GetAsync(cluster, batch[25])).Post.DeadReason!);
    }

    [Theory]
    [InlineData("""{"text": "half a \ud83d"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"text": "a \u0000 b"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"text": "   "}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"text": 5}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"text": """, HttpStatusCode.BadRequest)]
    public async Task What_cannot_be_a_post_is_refused_at_the_door(string body, HttpStatusCode expected)
    {
        var cluster = await ClusterAsync();
        var before = await cluster.AccountingAsync(Token);
        using var response = await cluster.Http.PostAsync(new Uri(cluster.FirstApi.Address, "/posts"), new StringContent(body, Encoding.UTF8, "application/json"), Token);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(before.Accepted, (await cluster.AccountingAsync(Token)).Accepted);
    }

    [Fact]
    public async Task A_megabyte_is_refused_at_the_door()
    {
        var cluster = await ClusterAsync();
        using var response = await cluster.Http.PostAsync(
            new Uri(cluster.FirstApi.Address, "/posts"),
            new StringContent($$"""{"text": "{{new string('x', 1_200_000)}}"}""", Encoding.UTF8, "application/json"),
            Token);
        Assert.True(response.StatusCode is HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.BadRequest, $"{response.StatusCode}");
    }

    [Fact]
    public async Task A_dead_letter_that_two_replay_at_once_is_replayed_once()
    {
        var cluster = await ClusterAsync();
        var history = cluster.NewHistory("replay");
        await using var feed = await FeedRecorder.StartAsync([cluster.FirstApi.Address], Token);
        using var sender = cluster.NewSender(history);
        var post = await SendOneAsync(sender, history, "POISON:throw", poisonous: true);
        await cluster.SettleAsync(Token);
        var page = await cluster.Http.GetFromJsonAsync(new Uri(cluster.FirstApi.Address, "/dead-letters?limit=100"), ContractsJson.Default.DeadLetterPage, Token);
        var letter = Assert.Single(page!.Items, item => item.PostId == post.Id);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => cluster.Http.PostAsync(new Uri(cluster.FirstApi.Address, $"/dead-letters/{letter.Id}/replay"), null, Token)));
        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.Conflict, 7).Prepend(HttpStatusCode.Accepted)], answers.Select(answer => answer.StatusCode).Order());

        // Still poison: it dies a second time, with a second letter.
        await AssertKeptAsync(cluster, history, feed);
        page = await cluster.Http.GetFromJsonAsync(new Uri(cluster.FirstApi.Address, "/dead-letters?limit=100"), ContractsJson.Default.DeadLetterPage, Token);
        Assert.Equal(2, page!.Items.Count(item => item.PostId == post.Id));
        Assert.Single(page.Items, item => item.PostId == post.Id && item.ReplayedAt is null);
    }

    [Fact]
    public async Task The_same_post_over_two_connectors_is_one_post()
    {
        var cluster = await ClusterAsync();
        var history = cluster.NewHistory("twice");
        var other = await cluster.AddAsync(Cluster.Api, Token);
        await other.WaitUntilHealthyAsync(Token);
        using var sender = cluster.NewSender(history);
        using var second = new Sender([other.Address], history);
        for (var i = 0; i < 20; i++)
        {
            // Both at once, at different replicas, without a key: the external id tells.
            var post = history.Begin("seen twice");
            await Task.WhenAll(sender.CreateAsync(post, byExternalId: true, Token), second.CreateAsync(post, byExternalId: true, Token));
            var keyed = history.Begin("sent twice");
            await Task.WhenAll(sender.CreateAsync(keyed, byExternalId: false, Token), second.CreateAsync(keyed, byExternalId: false, Token));
            Assert.Single(post.Ids);
            Assert.Single(keyed.Ids);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(other.Address, "/posts"))
        {
            Headers = { { "Idempotency-Key", history.Posts.Last().Marker } },
            Content = JsonContent.Create(new CreatePostRequest("another body", Source: history.Source), ContractsJson.Default.CreatePostRequest),
        };
        using var conflict = await cluster.Http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.Conflict, conflict.StatusCode);
        await cluster.RemoveAsync(other);
        var verdict = await AssertKeptAsync(cluster, history, feed: null);
        Assert.Equal(40, verdict.Labelled);
    }

    [Fact]
    public async Task An_edit_and_a_deletion_win_against_the_score_under_way()
    {
        var cluster = await ClusterAsync();
        var history = cluster.NewHistory("race");
        await using var feed = await FeedRecorder.StartAsync([cluster.FirstApi.Address], Token);

        // The worker has its results ready and holds them back: at first of the batch, then of the single ones.
        await cluster.FirstWorker.StartAsync("analyze.before-publish=delay:4000");
        await cluster.FirstWorker.WaitUntilHealthyAsync(Token);
        using var sender = cluster.NewSender(history);
        await SendAsync(sender, history, 30);
        var posts = history.Posts.ToArray();
        await Eventually.TrueAsync(() => Task.FromResult(cluster.FirstWorker.Output.Contains("Failpoint analyze.before-publish: delay", StringComparison.Ordinal)), Token);
        for (var i = 0; i < 20; i++)
        {
            await (i % 2 == 0 ? sender.EditAsync(posts[i], "changed my mind", Token) : sender.DeleteAsync(posts[i], Token));
        }

        var verdict = await AssertKeptAsync(cluster, history, feed);
        Assert.Equal((20, 10), (verdict.Labelled, verdict.Deleted));
        var edited = await GetAsync(cluster, posts[0]);
        Assert.Equal(2, edited.Post.Revision);
        Assert.DoesNotContain(edited.Analyses, analysis => analysis is { Revision: 1, Provisional: false });

        using var gone = await cluster.Http.GetAsync(new Uri(cluster.FirstApi.Address, $"/posts/{posts[1].Id}"), Token);
        Assert.Equal(HttpStatusCode.Gone, gone.StatusCode);
    }
}
