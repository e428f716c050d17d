using System.Net;
using SocialSentiment.Api.Tests.Support;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Posts;
using Xunit;

namespace SocialSentiment.Api.Tests.Posts;

public sealed class ListTests(Servers servers)
{
    private static readonly DateTimeOffset s_noon = new(2026, 5, 5, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Pages_hold_every_post_once_newest_first_even_when_many_were_said_at_the_same_moment()
    {
        var source = Servers.NewSource();
        using (await Servers.SendAsync(
            servers.Http, new { posts = Enumerable.Range(0, 25).Select(i => new { text = $"post {i}", source, createdAt = s_noon.AddSeconds(i / 10) }) }, path: "/posts/batch"))
        {
        }

        var seen = new List<PostResponse>();
        string? next = null;
        do
        {
            var page = (await servers.ListAsync($"source={source}&limit=7{(next is null ? "" : $"&after={next}")}"))!;
            Assert.InRange(page.Items.Count, 1, 7);
            seen.AddRange(page.Items);
            next = page.Next;
        }
        while (next is not null);

        Assert.Equal(25, seen.DistinctBy(post => post.Id).Count());
        Assert.Equal(seen.Select(post => post.Id), seen.OrderByDescending(post => post.CreatedAt).ThenByDescending(post => post.Id.ToString(), StringComparer.Ordinal).Select(post => post.Id));
    }

    [Fact]
    public async Task Filters_narrow_down_and_combine()
    {
        var source = Servers.NewSource();
        var author = "author of " + source;
        var happy = await servers.CreateAsync("The sunny garden is wonderful", source, author, s_noon);
        var sad = await servers.CreateAsync("The rainy garden is dreadful", source, author, s_noon.AddHours(1));
        var other = await servers.CreateAsync("A sunny day", source, "somebody else", s_noon.AddHours(2));
        await servers.LabelAsync(happy, SentimentLabel.Positive);
        await servers.LabelAsync(sad, SentimentLabel.Negative);

        await HoldsAsync($"source={source}", other, sad, happy);
        await HoldsAsync($"source={source}&label=positive", happy);
        await HoldsAsync($"source={source}&status=pending", other);
        await HoldsAsync($"source={source}&status=labelled", sad, happy);
        await HoldsAsync($"source={source}&status=dead");
        await HoldsAsync($"author={Uri.EscapeDataString(author)}", sad, happy);
        await HoldsAsync($"source={source}&from=2026-05-05T13:00:00Z", other, sad);
        await HoldsAsync($"source={source}&from=2026-05-05T13:00:00Z&to=2026-05-05T14:00:00Z", sad);
        await HoldsAsync($"source={source}&label=negative&from=2026-05-05T13:00:00%2B00:00", sad);
        await HoldsAsync($"source={source}&q=sunny", other, happy);
        await HoldsAsync($"source={source}&q=sunny garden", happy);
        await HoldsAsync($"source={source}&q=garden -sunny", sad);
        await HoldsAsync($"source={source}&q=\"sunny garden\" or day", other, happy);
        await HoldsAsync($"source={source}&q=garden&label=negative&author={Uri.EscapeDataString(author)}", sad);
        await HoldsAsync($"source={source}&q='); drop table posts; --");

        async Task HoldsAsync(string query, params PostResponse[] posts)
            => Assert.Equal(posts.Select(post => post.Id), (await servers.ListAsync(query))!.Items.Select(post => post.Id));
    }

    [Fact]
    public async Task Pages_by_label_hold_every_post_once()
    {
        var source = Servers.NewSource();
        for (var i = 0; i < 5; i++)
        {
            await servers.LabelAsync(await servers.CreateAsync($"post {i}", source, createdAt: s_noon), SentimentLabel.Positive);
        }

        var first = (await servers.ListAsync($"source={source}&label=positive&limit=3"))!;
        var second = (await servers.ListAsync($"source={source}&label=positive&limit=3&after={first.Next}"))!;
        Assert.Equal(5, first.Items.Concat(second.Items).DistinctBy(post => post.Id).Count());
        Assert.Null(second.Next);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=-5", "limit")]
    [InlineData("limit=1000000", "limit")]
    [InlineData("limit=99999999999999999999", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("after=nonsense", "after")]
    [InlineData("after=__________________________________", "after")]
    [InlineData("after=%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%", "after")]
    [InlineData("after=................................", "after")]
    [InlineData("label=happy", "label")]
    [InlineData("label=1", "label")]
    [InlineData("status=lost", "status")]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=2026-01-01T00:00:00", "to")]
    [InlineData("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "to")]
    [InlineData("q=", "q")]
    [InlineData("q=%00", "q")]
    [InlineData("source=%00", "source")]
    [InlineData("author=a%00", "author")]
    public async Task An_absurd_question_is_refused_by_field(string query, string field)
    {
        using var response = await servers.Http.GetAsync($"/posts?{query}", TestContext.Current.CancellationToken);

        Assert.Equal([field], await CreateTests.FieldsOf(response));
    }

    [Fact]
    public async Task A_post_that_never_was_is_not_found()
    {
        using var response = await servers.Http.GetAsync($"/posts/{Guid.NewGuid()}", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }
}
