using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using SocialSentiment.Api.Tests.Support;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Posts;
using Xunit;

namespace SocialSentiment.Api.Tests.Posts;

public sealed class CreateTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_post_is_stored_when_it_is_answered()
    {
        var source = Servers.NewSource();
        using var response = await servers.SendAsync(new
        {
            text = "  What a day! 😀  ",
            author = "ann",
            source,
            externalId = "17",
            createdAt = "2026-11-01T10:00:00.123456+02:00",
            language = "en",
        });

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var post = (await response.Content.ReadFromJsonAsync(ContractsJson.Default.PostResponse, Token))!;
        Assert.Equal($"/posts/{post.Id}", response.Headers.Location?.ToString());
        Assert.Equal(
            (1, PostStatus.Pending, "What a day! 😀", "ann", source, "17", "en", new DateTimeOffset(2026, 11, 1, 8, 0, 0, 123, 456, TimeSpan.Zero)),
            (post.Revision, post.Status, post.Text, post.Author, post.Source, post.ExternalId, post.Language, post.CreatedAt));
        Assert.Null(post.Sentiment);
        Assert.Equal(post, (await servers.ReadAsync(post.Id))!.Post);
    }

    [Fact]
    public async Task The_same_key_gives_the_same_post_and_another_content_a_conflict()
    {
        var (key, source) = (Guid.NewGuid().ToString(), Servers.NewSource());
        using var first = await servers.SendAsync(new { text = "once", source }, key);
        using var again = await servers.SendAsync(new { text = "once", source }, key);
        using var other = await servers.SendAsync(new { text = "twice", source }, key);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Conflict), (first.StatusCode, again.StatusCode, other.StatusCode));
        Assert.Equal(await IdOf(first), await IdOf(again));
        Assert.Single((await servers.ListAsync($"source={source}"))!.Items);
    }

    [Fact]
    public async Task The_same_external_id_of_a_source_is_the_same_post_whoever_sends_it()
    {
        var source = Servers.NewSource();
        using var first = await servers.SendAsync(new { text = "from one connector", source, externalId = "x" }, "k1" + source);
        using var again = await servers.SendAsync(new { text = "from one connector", source, externalId = "x" }, "k2" + source);
        using var sameKey = await servers.SendAsync(new { text = "from one connector", source, externalId = "x" }, "k2" + source);
        using var other = await servers.SendAsync(new { text = "something else", source, externalId = "x" }, "k3" + source);
        using var better = await servers.SendAsync(new { text = "something else", source, externalId = "y" }, "k3" + source);

        Assert.Equal(
            [HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.Created],
            new[] { first, again, sameKey, other, better }.Select(response => response.StatusCode));
        Assert.Equal(await IdOf(first), await IdOf(again));
        Assert.Equal(await IdOf(first), await IdOf(sameKey));
    }

    [Fact]
    public async Task Many_at_once_with_the_same_key_make_one_post()
    {
        var (key, source) = (Guid.NewGuid().ToString(), Servers.NewSource());
        var responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => servers.SendAsync(new { text = "a race", source, externalId = "r" }, key)));

        Assert.Single(responses, response => response.StatusCode == HttpStatusCode.Created);
        Assert.Equal(49, responses.Count(response => response.StatusCode == HttpStatusCode.OK));
        Assert.Single((await servers.ListAsync($"source={source}"))!.Items);
    }

    [Fact]
    public async Task A_batch_says_what_became_of_each_post()
    {
        var source = Servers.NewSource();
        var key = Guid.NewGuid().ToString();
        var batch = new
        {
            posts = new object?[]
            {
                new { text = "good", source },
                new { text = "", source },
                new { text = "the same", source, externalId = "1" },
                new { text = "the same", source, externalId = "1" },
                new { text = "not the same", source, externalId = "1" },
                new { text = 5 },
                new { txt = "a field that is not there" },
                null,
                "a string",
            },
        };

        using var response = await Servers.SendAsync(servers.Http, batch, key, "/posts/batch");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = (await response.Content.ReadFromJsonAsync(ContractsJson.Default.PostBatchResponse, Token))!;
        Assert.Equal(
            [PostOutcome.Accepted, PostOutcome.Invalid, PostOutcome.Accepted, PostOutcome.Existing, PostOutcome.Conflict, PostOutcome.Invalid, PostOutcome.Invalid, PostOutcome.Invalid, PostOutcome.Invalid],
            answer.Items.Select(item => item.Outcome));
        Assert.Equal((2, 1, 6), (answer.Accepted, answer.Existing, answer.Rejected));
        Assert.Equal(["text", "text", "txt", "post", "post"], answer.Items.Where(item => item.Errors is not null).Select(item => item.Errors!.Single().Key));
        Assert.Equal(answer.Items[2].Id, answer.Items[3].Id);
        Assert.Equal(2, (await servers.ListAsync($"source={source}"))!.Items.Count);

        using var again = await Servers.SendAsync(servers.Http, batch, key, "/posts/batch");
        var repeated = (await again.Content.ReadFromJsonAsync(ContractsJson.Default.PostBatchResponse, Token))!;
        Assert.Equal(0, repeated.Accepted);
        Assert.Equal(answer.Items[0].Id, repeated.Items[0].Id);
    }

    [Fact]
    public async Task A_thousand_posts_fit_into_a_batch_and_one_more_does_not()
    {
        var source = Servers.NewSource();
        using var full = await Servers.SendAsync(servers.Http, new { posts = Enumerable.Range(0, 1_000).Select(i => new { text = $"post {i}", source }) }, path: "/posts/batch");
        using var over = await Servers.SendAsync(servers.Http, new { posts = Enumerable.Range(0, 1_001).Select(i => new { text = $"post {i}", source }) }, path: "/posts/batch");

        Assert.Equal(1_000, (await full.Content.ReadFromJsonAsync(ContractsJson.Default.PostBatchResponse, Token))!.Accepted);
        Assert.Equal(["posts"], await FieldsOf(over));
    }

    [Fact]
    public async Task Five_thousand_characters_are_counted_as_people_count_them()
    {
        using var emoji = await servers.SendAsync(new { text = string.Concat(Enumerable.Repeat("😀", 5_000)), source = Servers.NewSource() });
        using var over = await servers.SendAsync(new { text = string.Concat(Enumerable.Repeat("😀", 5_001)), source = Servers.NewSource() });

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.BadRequest), (emoji.StatusCode, over.StatusCode));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused()
    {
        using var content = new ByteArrayContent([.. "{\"text\":\"a"u8, 0xFF, 0xFE, .. "\"}"u8]);
        content.Headers.ContentType = new("application/json");
        using var response = await servers.SendAsync(content);

        Assert.Equal(["text"], await FieldsOf(response));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/posts") { Content = JsonContent.Create(new { text = new string('x', 2 * 1024 * 1024) }) };
        // The server refuses by the announced length and closes; who is still sending may meet a broken pipe before the answer.
        request.Headers.ExpectContinue = true;
        using var response = await servers.Http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_body_that_is_not_json_is_refused()
    {
        using var content = new StringContent("text=hello", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var response = await servers.SendAsync(content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\tb")]
    public async Task A_bad_key_is_refused(string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/posts") { Content = JsonContent.Create(new { text = "a" }) };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var response = await servers.Http.SendAsync(request, Token);

        Assert.Equal(["idempotency-key"], await FieldsOf(response));
    }

    private static async Task<Guid> IdOf(HttpResponseMessage response)
        => JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(Token), ContractsJson.Default.PostResponse)!.Id;

    internal static async Task<IEnumerable<string>> FieldsOf(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("errors").EnumerateObject().Select(error => error.Name).ToArray();
    }
}
