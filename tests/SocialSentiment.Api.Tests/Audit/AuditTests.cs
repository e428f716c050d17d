using System.Net;
using System.Net.Http.Json;
using SocialSentiment.Api.Audit;
using SocialSentiment.Api.Tests.Support;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Audit;
using SocialSentiment.Contracts.Keys;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests.Audit;

public sealed class AuditTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_call_that_changes_something_is_written_down_and_no_other()
    {
        var name = TestKeys.NewName();
        var key = await TestKeys.CreateAsync(servers.Http, Scope.Admin, name);
        using var http = servers.Api.ClientWith(key.Key);
        var source = Servers.NewSource();

        using var created = await Servers.SendAsync(http, new { text = "one", source });
        var post = (await created.Content.ReadFromJsonAsync(ContractsJson.Default.PostResponse, Token))!;
        await CallAsync(() => Servers.SendAsync(http, new { posts = new[] { new { text = "two", source } } }, path: "/posts/batch"), HttpStatusCode.OK);
        await CallAsync(() => http.GetAsync($"/posts/{post.Id}", Token), HttpStatusCode.OK);
        await CallAsync(() => http.PutAsJsonAsync($"/posts/{post.Id}", new EditPostRequest("three"), ContractsJson.Default.EditPostRequest, Token), HttpStatusCode.OK);
        await CallAsync(() => http.DeleteAsync($"/posts/{post.Id}", Token), HttpStatusCode.NoContent);
        await CallAsync(() => http.DeleteAsync($"/posts/{post.Id}", Token), HttpStatusCode.Gone);
        await CallAsync(() => Servers.SendAsync(http, new { text = "" }), HttpStatusCode.BadRequest);
        await CallAsync(() => http.PostAsync($"/dead-letters/{Guid.NewGuid()}/replay", null, Token), HttpStatusCode.NotFound);
        var made = await TestKeys.CreateAsync(http, Scope.Read);
        await TestKeys.RevokeAsync(http, made.Id);

        var entries = await TestKeys.AuditAsync(servers.Http, name, 9);
        Assert.Equal(
            [
                "CreateKey 201", "CreatePost 201", "CreatePost 400", "CreatePosts 200", "DeletePost 204", "DeletePost 410", "EditPost 200", "ReplayDeadLetter 404", "RevokeKey 204",
            ],
            entries.Select(entry => $"{entry.Action} {entry.Status}").Order(StringComparer.Ordinal));
        Assert.All(entries, entry => Assert.Equal((key.Id, "127.0.0.1"), (entry.KeyId!.Value, entry.Address)));
        Assert.All(entries, entry => Assert.Matches("^[0-9a-f]{32}$", entry.TraceId));
        Assert.Equal($"/posts/{post.Id}", entries.Single(entry => entry is { Action: "CreatePost", Status: 201 }).Target);
        Assert.Equal($"/keys/{made.Id}", entries.Single(entry => entry.Action == "CreateKey").Target);
        var deleted = entries.First(entry => entry.Action == "DeletePost");
        Assert.Equal(("DELETE", $"/posts/{post.Id}"), (deleted.Method, deleted.Path));
    }

    [Fact]
    public async Task The_service_key_says_for_whom_it_calls_and_other_keys_do_not()
    {
        var somebody = TestKeys.NewName();
        using var service = servers.Api.CreateClient();
        service.DefaultRequestHeaders.Add("X-Actor", somebody);
        await TestKeys.RevokeAsync(service, (await TestKeys.CreateAsync(service, Scope.Read)).Id);
        Assert.Equal(["CreateKey", "RevokeKey"], (await TestKeys.AuditAsync(servers.Http, $"service ({somebody})", 2)).Select(entry => entry.Action));

        var key = await TestKeys.CreateAsync(servers.Http, Scope.Write);
        using var http = servers.Api.ClientWith(key.Key);
        http.DefaultRequestHeaders.Add("X-Actor", "somebody else");
        await CallAsync(() => Servers.SendAsync(http, new { text = "mine", source = Servers.NewSource() }), HttpStatusCode.Created);
        Assert.Equal(key.Name, Assert.Single(await TestKeys.AuditAsync(servers.Http, key.Name, 1)).Actor);
    }

    [Fact]
    public async Task A_call_that_is_refused_is_written_down_with_the_name_of_the_key()
    {
        var reader = await TestKeys.CreateAsync(servers.Http, Scope.Read);
        using var http = servers.Api.ClientWith(reader.Key);
        await CallAsync(() => http.DeleteAsync($"/posts/{Guid.NewGuid()}", Token), HttpStatusCode.Forbidden);
        await CallAsync(() => http.PostAsJsonAsync("/keys", new { name = "mine", scope = "admin" }, Token), HttpStatusCode.Forbidden);
        Assert.Equal(["DeletePost 403", "CreateKey 403"], (await TestKeys.AuditAsync(servers.Http, reader.Name, 2)).Select(entry => $"{entry.Action} {entry.Status}"));
    }

    [Fact]
    public async Task What_happens_while_the_database_is_away_is_written_down_when_it_is_back()
    {
        // A broker of its own too: it must not take the messages of the others, whose posts it does not know.
        await using var postgres = await TestPostgres.StartAsync(Token);
        await using var rabbitMq = await TestRabbitMq.StartAsync(Token);
        await using var api = ApiFactory.OnSocket(postgres.ConnectionString, rabbitMq.ConnectionString);
        using var admin = api.CreateClient();
        await Servers.HealthyAsync(admin);
        var reader = await TestKeys.CreateAsync(admin, Scope.Read);
        using var http = api.ClientWith(reader.Key);

        await postgres.KillAsync();
        await CallAsync(() => http.DeleteAsync($"/posts/{Guid.NewGuid()}", Token), HttpStatusCode.Forbidden);
        await postgres.RestartAsync(Token);
        await Servers.HealthyAsync(admin);
        Assert.Equal("DeletePost", Assert.Single(await TestKeys.AuditAsync(admin, reader.Name, 1)).Action);
    }

    [Fact]
    public async Task Who_has_no_key_cannot_fill_the_log()
    {
        await using var api = ApiFactory.OnSocket(
            servers.Postgres.ConnectionString, servers.RabbitMq.ConnectionString, ("RateLimits:FailuresPerSecond", "10000"), ("Posts:ProvisionalAfter", "01:00:00"));
        using var admin = api.CreateClient();
        await Servers.HealthyAsync(admin);
        var revoked = await TestKeys.CreateAsync(admin, Scope.Write);
        await TestKeys.RevokeAsync(admin, revoked.Id);

        using var late = api.ClientWith(revoked.Key);
        await CallAsync(() => late.DeleteAsync($"/posts/{Guid.NewGuid()}", Token), HttpStatusCode.Unauthorized);
        Assert.Equal(401, Assert.Single(await TestKeys.AuditAsync(admin, revoked.Name, 1)).Status);

        using var http = api.ClientWith(null);
        var id = Guid.NewGuid();
        await Parallel.ForAsync(0, 200, Token, async (_, _) => await CallAsync(() => http.DeleteAsync($"/posts/{id}", Token), HttpStatusCode.Unauthorized));

        // What comes after them in the same queue is written: so are they.
        var last = await TestKeys.CreateAsync(admin, Scope.Write);
        using var known = api.ClientWith(last.Key);
        await CallAsync(() => known.DeleteAsync($"/posts/{id}", Token), HttpStatusCode.NotFound);
        await TestKeys.AuditAsync(admin, last.Name, 1);
        var noted = (await TestKeys.AuditAsync(admin, "anonymous", 1)).Count(entry => entry.Path == $"/posts/{id}");
        Assert.InRange(noted, 1, 60);
    }

    [Fact]
    public async Task Pages_hold_every_entry_once_newest_first_and_filters_narrow_down()
    {
        var key = await TestKeys.CreateAsync(servers.Http, Scope.Write);
        using var http = servers.Api.ClientWith(key.Key);
        await Parallel.ForAsync(0, 25, Token, async (i, _) =>
            await CallAsync(() => i % 5 == 0 ? http.DeleteAsync($"/posts/{Guid.NewGuid()}", Token) : Servers.SendAsync(http, new { text = "" })));
        await TestKeys.AuditAsync(servers.Http, key.Name, 25);

        var seen = new List<AuditEntryResponse>();
        for (string? next = ""; next is not null;)
        {
            var page = await PageAsync($"actor={key.Name}&limit=7{next}");
            Assert.InRange(page.Items.Count, 1, 7);
            seen.AddRange(page.Items);
            next = page.Next is null ? null : $"&after={page.Next}";
        }

        Assert.Equal(25, seen.DistinctBy(entry => entry.Id).Count());
        Assert.Equal(seen.Select(entry => entry.Id).OrderDescending(), seen.Select(entry => entry.Id));
        Assert.Equal(5, (await PageAsync($"actor={key.Name}&action=DeletePost")).Items.Count);
        var (first, last) = (seen.Min(entry => entry.At), seen.Max(entry => entry.At));
        Assert.Equal(25, (await PageAsync($"actor={key.Name}&from={first:O}&to={last.AddSeconds(1):O}")).Items.Count);
        Assert.Empty((await PageAsync($"actor={key.Name}&to={first:O}")).Items);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("after=7")]
    [InlineData("from=yesterday")]
    [InlineData("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z")]
    [InlineData("actor=")]
    public async Task A_question_that_makes_no_sense_is_refused(string query)
        => Assert.Equal(HttpStatusCode.BadRequest, await TestKeys.StatusAsync(servers.Http, $"/audit?{query}"));

    [Theory]
    [InlineData("  ann  ", 100, "ann")]
    [InlineData("a\r\nb\u001b[31m", 100, "a  b [31m")]
    [InlineData("abcdef", 3, "abc")]
    [InlineData("ab😀", 3, "ab")]
    public void Text_from_outside_stays_on_its_line(string text, int most, string clean)
        => Assert.Equal(clean, AuditText.Clean(text, most));

    [Fact]
    public void Half_a_character_becomes_a_whole_one()
        => Assert.Equal("\ufffdx", AuditText.Clean("\ud800x", 100));

    private static async Task CallAsync(Func<Task<HttpResponseMessage>> call, HttpStatusCode? expected = null)
    {
        using var response = await call();
        if (expected is not null)
        {
            Assert.Equal(expected, response.StatusCode);
        }
    }

    private async Task<AuditPage> PageAsync(string query)
        => (await servers.Http.GetFromJsonAsync($"/audit?{query.Replace("+", "%2B", StringComparison.Ordinal)}", ContractsJson.Default.AuditPage, Token))!;
}
