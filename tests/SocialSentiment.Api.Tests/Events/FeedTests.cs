using System.Net;
using SocialSentiment.Api.Tests.Support;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Events;
using SocialSentiment.Contracts.Posts;
using Xunit;

namespace SocialSentiment.Api.Tests.Events;

public sealed class FeedTests(Servers servers)
{
    [Fact]
    public async Task A_listener_sees_a_post_come_and_get_its_label()
    {
        var source = Servers.NewSource();
        await using var feed = await EventStream.OpenAsync(servers.Http, $"?source={source}");
        var post = await servers.CreateAsync("live", source);
        await servers.LabelAsync(post, SentimentLabel.Positive);
        using (await servers.Http.DeleteAsync($"/posts/{post.Id}", TestContext.Current.CancellationToken))
        {
        }

        var created = await NextOfAsync(feed, post.Id);
        var labelled = await NextOfAsync(feed, post.Id);
        var deleted = await NextOfAsync(feed, post.Id);
        Assert.Equal((PostEventKind.Created, post.Id, "live"), (created.Event.Kind, created.Event.PostId, created.Event.Post!.Text));
        Assert.Equal((PostEventKind.Labelled, SentimentLabel.Positive), (labelled.Event.Kind, labelled.Event.Post?.Sentiment?.Label));
        Assert.Equal((PostEventKind.Deleted, post.Id), (deleted.Event.Kind, deleted.Event.PostId));
        Assert.Null(deleted.Event.Post);
        Assert.True(feed.Hello < created.Id && created.Id < labelled.Id && labelled.Id < deleted.Id);
    }

    [Fact]
    public async Task A_listener_that_comes_back_misses_nothing_and_gets_nothing_twice()
    {
        var source = Servers.NewSource();
        long seen;
        await using (var feed = await EventStream.OpenAsync(servers.Http, $"?kind=created,labelled&source={source}"))
        {
            await servers.CreateAsync("first", source);
            seen = (await feed.NextEventAsync()).Id;
        }

        foreach (var i in Enumerable.Range(0, 30))
        {
            await servers.CreateAsync($"missed {i}", source);
        }

        await using var back = await EventStream.OpenAsync(servers.Http, $"?kind=created,labelled&source={source}", after: seen);
        for (var i = 0; i < 30; i++)
        {
            var (id, missed) = await back.NextEventAsync();
            Assert.Equal($"missed {i}", missed.Post!.Text);
            Assert.True(id > seen);
            seen = id;
        }
    }

    [Fact]
    public async Task The_greeting_is_not_ahead_of_what_was_missed()
    {
        // Browsers remember the number of the last thing that came, and that may be the greeting.
        var source = Servers.NewSource();
        long seen;
        await using (var feed = await EventStream.OpenAsync(servers.Http, $"?source={source}"))
        {
            await servers.CreateAsync("first", source);
            seen = (await feed.NextEventAsync()).Id;
        }

        await servers.CreateAsync("missed", source);
        await using var back = await EventStream.OpenAsync(servers.Http, $"?source={source}", after: seen);
        Assert.Equal(seen, back.Hello);
    }

    [Fact]
    public async Task Many_writers_at_once_give_one_feed_without_gap_or_backward_step()
    {
        var source = Servers.NewSource();
        await using var feed = await EventStream.OpenAsync(servers.Http, $"?kind=created,labelled&source={source}");
        var posts = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => servers.CreateAsync($"post {i}", source)));

        var seen = new List<(long Id, PostEvent Event)>();
        while (seen.Count < posts.Length)
        {
            seen.Add(await feed.NextEventAsync());
        }

        Assert.Equal(seen.Select(item => item.Id).Order(), seen.Select(item => item.Id));
        Assert.Equal(posts.Select(post => post.Id).Order(), seen.Select(item => item.Event.PostId).Order());
    }

    [Fact]
    public async Task Filters_let_through_what_was_asked_for()
    {
        var source = Servers.NewSource();
        await using var feed = await EventStream.OpenAsync(servers.Http, $"?source={source}&kind=labelled,dead&label=negative");
        await servers.LabelAsync(await servers.CreateAsync("good", source), SentimentLabel.Positive);
        var bad = await servers.CreateAsync("bad", source);
        await servers.LabelAsync(bad, SentimentLabel.Negative);

        var only = await feed.NextEventAsync();
        Assert.Equal((PostEventKind.Labelled, bad.Id), (only.Event.Kind, only.Event.PostId));
    }

    [Fact]
    public async Task A_listener_from_the_future_is_reset()
    {
        await using var feed = await EventStream.OpenAsync(servers.Http, after: long.MaxValue);
        var reset = await feed.NextAsync();

        Assert.Equal("reset", reset.EventType);
        Assert.Equal($"{feed.Hello}", reset.EventId);
    }

    [Fact]
    public async Task Every_replica_tells_its_listeners()
    {
        await using var replica = ApiFactory.OnSocket(servers.Postgres.ConnectionString, servers.RabbitMq.ConnectionString, ("Posts:ProvisionalAfter", "01:00:00"));
        using var http = replica.CreateClient();
        await Servers.HealthyAsync(http);
        var source = Servers.NewSource();
        await using var here = await EventStream.OpenAsync(servers.Http, $"?kind=created,labelled&source={source}");
        await using var there = await EventStream.OpenAsync(http, $"?kind=created,labelled&source={source}");
        var post = await servers.CreateAsync("for all", source);
        await servers.LabelAsync(post, SentimentLabel.Neutral);

        var (first, second) = (await here.NextEventAsync(), await here.NextEventAsync());
        Assert.Equal((first.Id, PostEventKind.Created), (first.Id, first.Event.Kind));
        Assert.Equal(first.Id, (await there.NextEventAsync()).Id);
        Assert.Equal(second.Id, (await there.NextEventAsync()).Id);
    }

    [Fact]
    public async Task A_listener_that_does_not_read_holds_up_nobody_and_misses_nothing()
    {
        // More than the newest events that are kept in memory, and more than fits into the buffers of a socket.
        const int batches = 10, size = 1_000;
        var source = Servers.NewSource();
        await using var slow = await EventStream.OpenAsync(servers.Http, $"?kind=created&source={source}");
        await using var quick = await EventStream.OpenAsync(servers.Http, $"?kind=created&source={source}");
        for (var batch = 0; batch < batches; batch++)
        {
            using var response = await Servers.SendAsync(
                servers.Http, new { posts = Enumerable.Range(batch * size, size).Select(i => new { text = $"{i} {new string('x', 600)}", source }) }, path: "/posts/batch");
            response.EnsureSuccessStatusCode();
        }

        var seenQuick = await TakeAsync(quick, batches * size);
        var seenSlow = await TakeAsync(slow, batches * size);
        Assert.Equal(seenQuick, seenSlow);
        Assert.Equal(seenQuick.Order(), seenQuick);
        Assert.Equal(batches * size, seenQuick.Distinct().Count());
    }

    [Theory]
    [InlineData("?kind=everything", "kind")]
    [InlineData("?label=happy", "label")]
    [InlineData("?last_event_id=minus", "last_event_id")]
    [InlineData("?last_event_id=-1", "last_event_id")]
    public async Task A_bad_filter_is_refused_by_field(string query, string field)
    {
        using var response = await servers.Http.GetAsync("/events" + query, TestContext.Current.CancellationToken);

        Assert.Equal([field], await SocialSentiment.Api.Tests.Posts.CreateTests.FieldsOf(response));
    }

    /// <summary>Deletions reach every listener, those of other tests' posts too.</summary>
    private static async Task<(long Id, PostEvent Event)> NextOfAsync(EventStream feed, Guid post)
    {
        (long Id, PostEvent Event) next;
        do
        {
            next = await feed.NextEventAsync();
        }
        while (next.Event.PostId != post);
        return next;
    }

    private static async Task<List<long>> TakeAsync(EventStream feed, int count)
    {
        var ids = new List<long>(count);
        while (ids.Count < count)
        {
            ids.Add((await feed.NextEventAsync()).Id);
        }

        return ids;
    }
}
