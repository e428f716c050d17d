using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using SocialSentiment.Api.Tests.Support;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Accounting;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(Servers))]

namespace SocialSentiment.Api.Tests.Support;

/// <summary>
/// One API with a real database and a real broker for all tests that can share them; each test uses a source of its own.
/// There is no worker: a test that wants a label sends the result itself, when and as often as it likes.
/// </summary>
public sealed class Servers : IAsyncLifetime
{
    private IHost? _sender;
    private NpgsqlDataSource? _database;

    public TestPostgres Postgres { get; private set; } = null!;

    public TestRabbitMq RabbitMq { get; private set; } = null!;

    internal ApiFactory Api { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public Publisher Publisher => _sender!.Services.GetRequiredService<Publisher>();

    public async ValueTask InitializeAsync()
    {
        var token = CancellationToken.None;
        var starting = (Postgres: TestPostgres.StartAsync(token), RabbitMq: TestRabbitMq.StartAsync(token));
        Postgres = await starting.Postgres;
        RabbitMq = await starting.RabbitMq;
        _database = NpgsqlDataSource.Create(Postgres.ConnectionString + ";Maximum Pool Size=4");

        // No provisional labels by the way: the tests that want them say so.
        Api = ApiFactory.OnSocket(Postgres.ConnectionString, RabbitMq.ConnectionString, ("Posts:ProvisionalAfter", "01:00:00"));
        Http = Api.CreateClient();
        await HealthyAsync(Http);

        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:rabbitmq", RabbitMq.ConnectionString)]);
        builder.AddServiceDefaults();
        builder.AddMessaging();
        _sender = builder.Build();
        await _sender.StartAsync(token);
    }

    public static Task HealthyAsync(HttpClient http)
        => Eventually.TrueAsync(
            async () =>
            {
                using var response = await http.GetAsync("/health");
                return response.IsSuccessStatusCode;
            },
            CancellationToken.None);

    public static string NewSource() => "t" + Guid.NewGuid().ToString("N")[..12];

    public Task<HttpResponseMessage> SendAsync(object body, string? key = null) => SendAsync(Http, body, key);

    public static Task<HttpResponseMessage> SendAsync(HttpClient http, object body, string? key = null, string path = "/posts")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = body as HttpContent ?? JsonContent.Create(body, options: new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower }),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<PostResponse> CreateAsync(string text, string? source = null, string? author = null, DateTimeOffset? createdAt = null)
    {
        using var response = await SendAsync(new { text, source = source ?? NewSource(), author, createdAt });
        Assert.Equal(System.Net.HttpStatusCode.Created, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.PostResponse, TestContext.Current.CancellationToken))!;
    }

    public Task<PostDetailResponse?> ReadAsync(Guid id)
        => Http.GetFromJsonAsync($"/posts/{id}", ContractsJson.Default.PostDetailResponse, TestContext.Current.CancellationToken);

    public Task<PostPage?> ListAsync(string query)
        => Http.GetFromJsonAsync($"/posts?{query}", ContractsJson.Default.PostPage, TestContext.Current.CancellationToken);

    public async Task<AccountingResponse> AccountAsync()
        => (await Http.GetFromJsonAsync("/accounting?recount=true", ContractsJson.Default.AccountingResponse, TestContext.Current.CancellationToken))!;

    /// <summary>The job that the post waits for.</summary>
    public async Task<Guid> JobOfAsync(Guid post)
    {
        await using var command = _database!.CreateCommand("SELECT job_id FROM sentiments WHERE post_id = $1");
        command.Parameters.Add(new() { Value = post });
        return (Guid)(await command.ExecuteScalarAsync())!;
    }

    public async Task<AnalysisResult> ResultForAsync(PostResponse post, SentimentLabel label, double confidence = 0.9)
        => new(
            await JobOfAsync(post.Id),
            post.Id,
            post.Revision,
            label,
            confidence,
            new LabelProbabilities(0.05, 0.05, 0.9),
            new Provenance("test", "1", "fp32", 1, "worker-1", ActivityTraceId.CreateRandom().ToHexString(), 1.5, DateTimeOffset.UtcNow));

    public Task PublishAsync(AnalysisResult result)
        => Publisher.PublishAsync(Queues.Results, new OutgoingMessage<AnalysisResult>(result, result.JobId.ToString("N")), TestContext.Current.CancellationToken);

    /// <summary>Has the post labelled, and waits until it is.</summary>
    public async Task<PostResponse> LabelAsync(PostResponse post, SentimentLabel label, double confidence = 0.9)
    {
        await PublishAsync(await ResultForAsync(post, label, confidence));
        return await UntilAsync(post.Id, current => current.Status == PostStatus.Labelled);
    }

    public async Task<PostResponse> UntilAsync(Guid post, Func<PostResponse, bool> accept)
        => (await Eventually.GetAsync(() => ReadAsync(post)!, detail => accept(detail!.Post), TestContext.Current.CancellationToken))!.Post;

    /// <summary>What was sent to the results queue before has been dealt with, but for what a replica of another test is still at: what is sent now comes after it.</summary>
    public async Task SettleAsync() => await LabelAsync(await CreateAsync("a post to wait for"), SentimentLabel.Neutral);

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (Api is not null)
        {
            await Api.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        if (_sender is not null)
        {
            await _sender.StopAsync();
            _sender.Dispose();
        }

        if (RabbitMq is not null)
        {
            await RabbitMq.DisposeAsync();
        }

        if (Postgres is not null)
        {
            await Postgres.DisposeAsync();
        }
    }
}
