using System.Net;
using System.Net.Http.Json;
using Npgsql;
using SocialSentiment.Api.Tests.Support;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Accounting;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Messaging;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests.Pending;

/// <summary>With a database and a broker of their own, which come and go.</summary>
public sealed class PendingTests : IAsyncLifetime
{
    private TestPostgres _postgres = null!;
    private TestRabbitMq _rabbitMq = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var starting = (Postgres: TestPostgres.StartAsync(Token), RabbitMq: TestRabbitMq.StartAsync(Token));
        _postgres = await starting.Postgres;
        _rabbitMq = await starting.RabbitMq;
    }

    [Fact]
    public async Task Three_replicas_that_start_at_once_make_one_schema_and_label_waiting_posts_provisionally_once()
    {
        var replicas = Enumerable.Range(0, 3)
            .Select(_ => ApiFactory.OnSocket(_postgres.ConnectionString, _rabbitMq.ConnectionString, ("Posts:ProvisionalAfter", "00:00:00.5"), ("Database:MaxPoolSize", "6")))
            .ToArray();
        using var http = replicas[0].CreateClient();
        foreach (var replica in replicas)
        {
            using var client = replica.CreateClient();
            await Servers.HealthyAsync(client);
        }

        using (await Servers.SendAsync(
            http, new { posts = Enumerable.Range(0, 100).Select(i => new { text = i % 2 == 0 ? "I love it" : "I hate it" }) }, path: "/posts/batch"))
        {
        }

        var accounting = await Eventually.GetAsync(() => AccountAsync(http), answer => answer.Provisional == 100, Token);
        Assert.True(accounting.Balanced);
        Assert.Equal((100, 0), (accounting.Pending, accounting.Labelled));

        var page = (await http.GetFromJsonAsync("/posts?label=positive&limit=200", ContractsJson.Default.PostPage, Token))!;
        Assert.Equal(50, page.Items.Count);
        Assert.All(page.Items, post => Assert.True(post.Sentiment!.Provisional && post.Status == PostStatus.Pending && post.Sentiment.Model == "vader"));
        var detail = (await http.GetFromJsonAsync($"/posts/{page.Items[0].Id}", ContractsJson.Default.PostDetailResponse, Token))!;
        Assert.True(Assert.Single(detail.Analyses).Provisional);

        foreach (var replica in replicas)
        {
            await replica.DisposeAsync();
        }
    }

    [Fact]
    public async Task Without_a_broker_posts_wait_in_the_outbox_until_it_is_full_and_go_out_when_the_broker_is_back_even_with_nothing_left_in_it()
    {
        await using var api = ApiFactory.OnSocket(
            _postgres.ConnectionString,
            _rabbitMq.ConnectionString,
            ("Posts:ProvisionalAfter", "01:00:00"),
            ("Posts:ReconcileAfter", "00:00:02"),
            ("Posts:ReconcileEvery", "00:00:00.5"),
            ("Posts:MaxOutbox", "20"));
        using var http = api.CreateClient();
        await Servers.HealthyAsync(http);

        using (await Servers.SendAsync(http, new { posts = Enumerable.Range(0, 10).Select(i => new { text = $"lost with the broker's data {i}" }) }, path: "/posts/batch"))
        {
        }

        await Eventually.GetAsync(() => AccountAsync(http), answer => answer.OutboxSize == 0, Token);
        await _rabbitMq.KillAsync();

        // Not as fast as it can: with a thousand jobs in the queue none would be thought lost.
        using (await Servers.SendAsync(http, new { posts = Enumerable.Range(0, 20).Select(i => new { text = $"accepted while there is room {i}" }) }, path: "/posts/batch"))
        {
        }

        using var refused = await Eventually.GetAsync(
            () => Servers.SendAsync(http, new { text = "is there room?" }), response => response.StatusCode != HttpStatusCode.Created, Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        var waiting = await AccountAsync(http);
        Assert.True(waiting.Balanced);
        Assert.InRange(waiting.OutboxSize, 20, 900);

        // The broker comes back with nothing: what it had is sent out again as well.
        await _rabbitMq.RestartAsync(Token, wipe: true);
        await Eventually.GetAsync(() => AccountAsync(http), answer => answer.OutboxSize == 0, Token);
        using var inspector = await Inspector.OpenAsync(_rabbitMq.ConnectionString);
        await Eventually.GetAsync(() => inspector.Queues.GetAsync(Queues.Analyze, Token), queue => queue?.Ready >= waiting.Accepted, Token);
        await Eventually.TrueAsync(
            async () =>
            {
                using var taken = await Servers.SendAsync(http, new { text = "accepted again" });
                return taken.StatusCode == HttpStatusCode.Created;
            },
            Token);
    }

    [Fact]
    public async Task Without_a_database_a_post_is_refused_and_the_same_key_finds_out_what_became_of_it()
    {
        await using var api = ApiFactory.OnSocket(_postgres.ConnectionString, _rabbitMq.ConnectionString, ("Posts:AcceptTimeout", "00:00:03"));
        using var http = api.CreateClient();
        await Servers.HealthyAsync(http);
        using (var first = await Servers.SendAsync(http, new { text = "before" }, "before"))
        {
            Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        }

        await _postgres.KillAsync();
        using var refused = await Servers.SendAsync(http, new { text = "during" }, "during");
        using var reading = await http.GetAsync("/posts", Token);
        using var database = await http.GetAsync("/db/health", Token);
        Assert.All([refused, reading, database], response => Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode));
        Assert.All([refused, reading], response => Assert.NotNull(response.Headers.RetryAfter));
        await _postgres.RestartAsync(Token);

        await Eventually.TrueAsync(
            async () =>
            {
                using var again = await Servers.SendAsync(http, new { text = "during" }, "during");
                return again.IsSuccessStatusCode;
            },
            Token);
        using var known = await Servers.SendAsync(http, new { text = "before" }, "before");
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        Assert.Equal(2, (await AccountAsync(http)).Accepted);
    }

    public async ValueTask DisposeAsync()
    {
        await _rabbitMq.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    private static async Task<AccountingResponse> AccountAsync(HttpClient http)
        => (await http.GetFromJsonAsync("/accounting?recount=true", ContractsJson.Default.AccountingResponse, Token))!;
}
