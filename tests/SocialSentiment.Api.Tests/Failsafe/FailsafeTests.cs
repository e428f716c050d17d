using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using SocialSentiment.Api.Tests.Support;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Failsafe;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Contracts.Predictions;
using SocialSentiment.Contracts.Status;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests.Failsafe;

/// <summary>The circuit breaker in the API, with a broker of its own for each test, and a worker that comes and goes.</summary>
public sealed class FailsafeTests(Servers servers) : IAsyncLifetime
{
    private TestRabbitMq _rabbitMq = null!;
    private string _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _rabbitMq = await TestRabbitMq.StartAsync(Token);
        _database = await servers.Postgres.CreateDatabaseAsync($"failsafe_{Guid.NewGuid():N}", Token);
    }

    public ValueTask DisposeAsync() => _rabbitMq.DisposeAsync();

    [Fact]
    public async Task A_model_that_fails_is_left_alone_until_a_worker_announces_itself()
    {
        await using var api = Start("api-1");
        using var http = await ClientAsync(api);
        await using var worker = await PredictingWorker.StartAsync(_rabbitMq.ConnectionString);
        await using var events = await EventStream.OpenAsync(http);
        Assert.Equal((FailsafeState.Closed, 3, 300, 60, 0), Short(await StatusAsync(http)));
        Assert.False((await PredictAsync(http, timeout: 5_000)).FallbackUsed);

        worker.Behaviour = PredictingWorker.Hang;
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(FallbackReason.Timeout, (await PredictAsync(http, timeout: 400)).FallbackReason);
        }

        // From now on nobody waits, and the worker is left alone.
        var asked = worker.Asked.Count;
        for (var i = 0; i < 20; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await PredictAsync(http, timeout: 10_000);
            Assert.Equal((true, FallbackReason.BreakerOpen), (answer.FallbackUsed, answer.FallbackReason));
            Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 5);
        }

        Assert.Equal(asked, worker.Asked.Count);
        var open = await StatusAsync(http);
        Assert.Equal((FailsafeState.Open, 3, 300, 60, 3), Short(open));
        Assert.Equal((4, 1, 3, 23, 0, 1), (open.Counts.Asked, open.Counts.Answered, open.Counts.Failures, open.Counts.Fallbacks, open.Counts.Probes, open.Counts.Opened));
        Assert.InRange((open.NextProbeAt!.Value - DateTimeOffset.UtcNow).TotalSeconds, 20, 60);
        Assert.NotEmpty(open.LastError!.Reason);
        Assert.Equal(["api-1"], open.Replicas.Select(replica => replica.Replica));
        var status = await http.GetFromJsonAsync("/status", ContractsJson.Default.StatusResponse, Token);
        Assert.Equal(FailsafeState.Open, status!.Failsafe!.State);

        // A worker comes: one probe, no restart of anything, and long before the break is over.
        worker.Behaviour = null;
        await worker.AppearAsync();
        await UntilAsync(http, FailsafeState.Closed);
        Assert.False((await PredictAsync(http, timeout: 10_000)).FallbackUsed);
        var closed = await StatusAsync(http);
        Assert.Equal([FailsafeState.Closed, FailsafeState.Open], closed.History.Select(change => change.State));
        Assert.Equal((1, 0), (closed.Counts.Probes, closed.FailuresInWindow));

        Assert.Equal([FailsafeState.Open, FailsafeState.Closed], [(await NextChangeAsync(events)).State, (await NextChangeAsync(events)).State]);
    }

    [Fact]
    public async Task Without_any_news_the_model_is_tried_when_the_break_is_over()
    {
        await using var api = Start("api-1", ("Failsafe:Break", "00:00:01"), ("Failsafe:ProbeTimeout", "00:00:00.5"));
        using var http = await ClientAsync(api);
        await using var worker = await PredictingWorker.StartAsync(_rabbitMq.ConnectionString);
        await OpenAsync(http, worker);

        var reopened = await Eventually.GetAsync(() => StatusAsync(http), status => status.Counts.Opened >= 3, Token);
        Assert.StartsWith("the probe failed: ", reopened.History.First(change => change.State == FailsafeState.Open).Reason, StringComparison.Ordinal);
        Assert.InRange(reopened.Counts.Probes, 2, 4);

        worker.Behaviour = null;
        await UntilAsync(http, FailsafeState.Closed);
        var history = (await StatusAsync(http)).History;
        Assert.Equal([FailsafeState.Closed, FailsafeState.HalfOpen, FailsafeState.Open], history.Take(3).Select(change => change.State));
    }

    [Fact]
    public async Task Without_a_worker_nobody_waits_for_one()
    {
        await using var api = Start("api-1");
        using var http = await ClientAsync(api);
        await using (await PredictingWorker.StartAsync(_rabbitMq.ConnectionString))
        {
            Assert.False((await PredictAsync(http, timeout: 10_000)).FallbackUsed);
        }

        var started = Stopwatch.GetTimestamp();
        var answer = await PredictAsync(http, timeout: 30_000);
        Assert.Equal((true, FallbackReason.Unreachable), (answer.FallbackUsed, answer.FallbackReason));
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 10);
    }

    [Fact]
    public async Task Without_a_broker_the_lexicon_answers_and_when_it_is_back_the_model_does()
    {
        await using var api = Start("api-1");
        using var http = await ClientAsync(api);
        var worker = await PredictingWorker.StartAsync(_rabbitMq.ConnectionString);
        await using var last = worker;
        Assert.False((await PredictAsync(http, timeout: 5_000)).FallbackUsed);

        await _rabbitMq.KillAsync();
        var answers = new List<PredictionResponse>();
        for (var i = 0; i < 10; i++)
        {
            answers.Add(await PredictAsync(http, timeout: 1_000));
        }

        Assert.All(answers, answer => Assert.True(answer.FallbackUsed));
        Assert.Equal(FallbackReason.BreakerOpen, answers[^1].FallbackReason);

        using (var post = await Servers.SendAsync(http, new { text = "posts are taken in all the same" }))
        {
            Assert.Equal(System.Net.HttpStatusCode.Created, post.StatusCode);
        }

        await _rabbitMq.RestartAsync(Token);

        // What workers do when they are connected again.
        await worker.AppearAsync();
        await UntilAsync(http, FailsafeState.Closed);
        Assert.False((await PredictAsync(http, timeout: 10_000)).FallbackUsed);
    }

    [Fact]
    public async Task Replicas_answer_for_each_other_and_follow_the_newest_order()
    {
        await using var first = Start("api-1");
        using var one = await ClientAsync(first);
        await using var second = Start("api-2");
        using var two = await ClientAsync(second);
        await using var worker = await PredictingWorker.StartAsync(_rabbitMq.ConnectionString);
        await Eventually.GetAsync(() => StatusAsync(two), status => status.Replicas.Count == 2, Token);

        // Each has a state of its own; the worst is that of all.
        worker.Behaviour = PredictingWorker.Hang;
        for (var i = 0; i < 3; i++)
        {
            await PredictAsync(one, timeout: 400);
        }

        var both = await Eventually.GetAsync(() => StatusAsync(two), status => status.State == FailsafeState.Open, Token);
        Assert.Equal([("api-1", FailsafeState.Open), ("api-2", FailsafeState.Closed)], both.Replicas.Select(replica => (replica.Replica, replica.State)));
        Assert.Equal("api-1", both.History[0].Replica);
        worker.Behaviour = null;
        Assert.False((await PredictAsync(two, timeout: 10_000)).FallbackUsed);

        await OrderAsync(two, "isolate");
        await Eventually.GetAsync(() => StatusAsync(one), status => status.Replicas.Count == 2 && status.Replicas.All(replica => replica.State == FailsafeState.Isolated), Token);
        Assert.Equal(FallbackReason.Isolated, (await PredictAsync(one, timeout: 5_000)).FallbackReason);

        // One that comes later hears of it, and an order given there reaches the others.
        await using var third = Start("api-3");
        using var three = await ClientAsync(third);
        await UntilAsync(three, FailsafeState.Isolated);
        await Eventually.GetAsync(() => StatusAsync(three), status => status.Replicas.Count == 3 && status.Replicas.All(replica => replica.State == FailsafeState.Isolated), Token);
        await OrderAsync(three, "reset");
        foreach (var http in (HttpClient[])[one, two, three])
        {
            await Eventually.GetAsync(() => StatusAsync(http), status => status.Replicas.Count == 3 && status.State == FailsafeState.Closed, Token);
            Assert.False((await PredictAsync(http, timeout: 10_000)).FallbackUsed);
        }
    }

    [Fact]
    public async Task Posts_wait_less_for_a_provisional_label_while_the_breaker_is_open()
    {
        await using var api = Start("api-1", ("Posts:ProvisionalAfter", "01:00:00"), ("Posts:ProvisionalAfterWhileOpen", "00:00:00.2"));
        using var http = await ClientAsync(api);
        await using var worker = await PredictingWorker.StartAsync(_rabbitMq.ConnectionString);
        await OpenAsync(http, worker);

        using var response = await Servers.SendAsync(http, new { text = "what a wonderful day" });
        var post = (await response.Content.ReadFromJsonAsync(ContractsJson.Default.PostResponse, Token))!;
        var labelled = await Eventually.GetAsync(
            () => http.GetFromJsonAsync($"/posts/{post.Id}", ContractsJson.Default.PostDetailResponse, Token)!, detail => detail!.Post.Sentiment is not null, Token);
        Assert.Equal((true, PostStatus.Pending), (labelled!.Post.Sentiment!.Provisional, labelled.Post.Status));
    }

    private ApiFactory Start(string name, params (string Key, string Value)[] settings)
        => ApiFactory.OnSocket(_database, _rabbitMq.ConnectionString, [("OTEL_RESOURCE_ATTRIBUTES", $"service.instance.id={name}"), .. settings]);

    private static async Task<HttpClient> ClientAsync(ApiFactory api)
    {
        var http = api.CreateClient();
        await Servers.HealthyAsync(http);
        return http;
    }

    private static async Task OpenAsync(HttpClient http, PredictingWorker worker)
    {
        worker.Behaviour = PredictingWorker.Hang;
        for (var i = 0; i < 3; i++)
        {
            await PredictAsync(http, timeout: 400);
        }

        Assert.NotEqual(FailsafeState.Closed, (await StatusAsync(http)).State);
    }

    private static async Task<PredictionResponse> PredictAsync(HttpClient http, int timeout)
    {
        using var response = await Servers.SendAsync(http, new { text = "Such a nice day!", timeout_ms = timeout, cache = false }, path: "/predict");
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.PredictionResponse, Token))!;
    }

    private static async Task OrderAsync(HttpClient http, string order)
    {
        using var response = await http.PostAsync($"/failsafe/{order}", content: null, Token);
        response.EnsureSuccessStatusCode();
    }

    private static async Task<FailsafeStatusResponse> StatusAsync(HttpClient http)
        => (await http.GetFromJsonAsync("/failsafe/status", ContractsJson.Default.FailsafeStatusResponse, Token))!;

    private static Task<FailsafeStatusResponse> UntilAsync(HttpClient http, FailsafeState state)
        => Eventually.GetAsync(() => StatusAsync(http), status => status.State == state, Token);

    private static (FailsafeState State, int Most, double Window, double Break, int Failures) Short(FailsafeStatusResponse status)
        => (status.State, status.MaxFailures, status.WindowSeconds, status.BreakSeconds, status.FailuresInWindow);

    private static async Task<FailsafeTransition> NextChangeAsync(EventStream events)
    {
        while (true)
        {
            var item = await events.NextAsync();
            if (item.EventType == "failsafe")
            {
                return JsonSerializer.Deserialize(item.Data, ContractsJson.Default.FailsafeTransition)!;
            }
        }
    }
}
