using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using SocialSentiment.Api.Tests.Support;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Failsafe;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Contracts.Predictions;
using SocialSentiment.Messaging;
using SocialSentiment.Testing;
using SocialSentiment.Vader;
using Xunit;

namespace SocialSentiment.Api.Tests.Predictions;

/// <summary>A broker, a database and an API for all tests of this class; each test has a worker of its own.</summary>
public sealed class PredictServers(Servers servers) : IAsyncLifetime
{
    public TestRabbitMq RabbitMq { get; private set; } = null!;

    internal ApiFactory Api { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        RabbitMq = await TestRabbitMq.StartAsync(CancellationToken.None);

        // The breaker is not what these tests are about.
        Api = ApiFactory.OnSocket(
            await servers.Postgres.CreateDatabaseAsync("predict", CancellationToken.None), RabbitMq.ConnectionString, ("Failsafe:MaxFailures", "1000"), ("Predictions:MaxConcurrent", "20"));
        Http = Api.CreateClient();
        await Servers.HealthyAsync(Http);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Api.DisposeAsync();
        await RabbitMq.DisposeAsync();
    }
}

/// <summary>Labels for callers who wait, from a worker that does what the test wants.</summary>
public sealed class PredictTests(PredictServers servers) : IClassFixture<PredictServers>, IAsyncLifetime
{
    private PredictingWorker _worker = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _worker = await PredictingWorker.StartAsync(servers.RabbitMq.ConnectionString);
        await Eventually.TrueAsync(
            async () => (await servers.Http.GetFromJsonAsync("/models", ContractsJson.Default.ModelsResponse, Token))!.ActiveVersion == _worker.Version,
            Token);
    }

    public ValueTask DisposeAsync() => _worker.DisposeAsync();

    [Fact]
    public async Task The_model_answers_and_says_who_it_is()
    {
        var answer = await PredictAsync(new { text = "  I love it  ", cache = false });
        Assert.Equal((SentimentLabel.Positive, 0.9, 0.88), (answer.Sentiment, answer.Confidence, answer.CompoundScore));
        Assert.Equal(new LabelProbabilities(0.02, 0.08, 0.9), answer.Probabilities);
        Assert.Equal(("compact", _worker.Version, false, null, false), (answer.ModelUsed, answer.ModelVersion, answer.FallbackUsed, answer.FallbackReason, answer.Cached));
        Assert.InRange(answer.ProcessingTimeMs, 0.01, 5_000);
        Assert.InRange((DateTimeOffset.UtcNow - answer.Timestamp).TotalSeconds, -1, 60);
        Assert.Equal(["I love it"], _worker.Asked.Single().Texts);
        Assert.Null(_worker.Asked.Single().Model);
    }

    [Fact]
    public async Task The_fields_are_called_what_callers_of_such_services_expect()
    {
        using var response = await Servers.SendAsync(servers.Http, new { text = Unique() }, path: "/predict");
        var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token)).RootElement;
        Assert.Equal("positive", json.GetProperty("sentiment").GetString());
        Assert.Equal(
            ["sentiment", "confidence", "compound_score", "probabilities", "model_used", "model_version", "processing_time_ms", "fallback_used", "timestamp", "cached", "id"],
            json.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public async Task Probabilities_can_be_left_out_and_a_model_named()
    {
        var answer = await PredictAsync(new { text = Unique(), include_probabilities = false, model = "other" });
        Assert.Null(answer.Probabilities);
        Assert.Equal("other", answer.ModelUsed);
        Assert.Equal("other", _worker.Asked.Single().Model);
    }

    [Theory]
    [InlineData("""{}""", "text")]
    [InlineData("""{"text": "   "}""", "text")]
    [InlineData("""{"text": 5}""", "text")]
    [InlineData("""{"text": "\ud800"}""", "text")]
    [InlineData("""{"text": "a\u0000b"}""", "text")]
    [InlineData("""{"text": "a", "timeout_ms": 5}""", "timeout_ms")]
    [InlineData("""{"text": "a", "timeout_ms": 60001}""", "timeout_ms")]
    [InlineData("""{"text": "a", "model": "\u0000"}""", "model")]
    [InlineData("""{"text": "a", "colour": "red"}""", "colour")]
    [InlineData("""[]""", "body")]
    public async Task Bad_requests_are_told_which_field_is_wrong(string json, string field)
    {
        using var response = await SendAsync("/predict", json);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.True(JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task A_model_that_nobody_knows_is_refused_with_those_that_are_known()
    {
        using var response = await SendAsync("/predict", """{"text": "a", "model": "gpt-9"}""");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("There is no model 'gpt-9'. Known are: compact, other.", await DetailAsync(response));
        Assert.Empty(_worker.Asked);
    }

    [Theory]
    [InlineData(PredictRefusalKind.Unknown, HttpStatusCode.NotFound)]
    [InlineData(PredictRefusalKind.NotHere, HttpStatusCode.Conflict)]
    [InlineData(PredictRefusalKind.Unusable, HttpStatusCode.UnprocessableEntity)]
    [InlineData(PredictRefusalKind.TooLarge, HttpStatusCode.InsufficientStorage)]
    public async Task What_the_worker_refuses_is_refused_with_its_words(PredictRefusalKind kind, HttpStatusCode status)
    {
        _worker.Behaviour = (_, _) => PredictingWorker.Refuse(kind);
        foreach (var path in (string[])["/predict", "/predict/batch"])
        {
            using var response = await SendAsync(path, path == "/predict" ? """{"text": "a", "model": "other"}""" : """{"texts": ["a", "b"], "model": "other"}""");
            Assert.Equal(status, response.StatusCode);
            Assert.Equal($"It is {kind}.", await DetailAsync(response));
        }
    }

    [Theory]
    [InlineData(300)]
    [InlineData(1_000)]
    public async Task A_worker_that_hangs_is_not_waited_for_longer_than_the_caller_waits(int timeout)
    {
        _worker.Behaviour = PredictingWorker.Hang;
        await PredictAsync(new { text = "a first one, so that nothing is slow for being the first", timeout_ms = 300 });

        var started = Stopwatch.GetTimestamp();
        var answer = await PredictAsync(new { text = "this is terrible", timeout_ms = timeout });
        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        Assert.Equal((true, FallbackReason.Timeout, "vader"), (answer.FallbackUsed, answer.FallbackReason, answer.ModelUsed));
        Assert.Equal(VaderAnalyzer.Default.Analyze("this is terrible").Compound, answer.CompoundScore);
        Assert.Equal(SentimentLabel.Negative, answer.Sentiment);
        Assert.True(took < timeout, $"{took} ms");
        Assert.True(took > timeout / 2.0, $"{took} ms");
    }

    [Fact]
    public async Task What_fails_over_there_is_answered_here()
    {
        await FallsBackAsync((_, _) => throw new RpcOverloadedException("no room"), FallbackReason.Overloaded);
        await FallsBackAsync((_, _) => throw new InvalidOperationException("a bug"), FallbackReason.ModelFailed);
        await FallsBackAsync((_, _) => PredictingWorker.Refuse(PredictRefusalKind.Failed), FallbackReason.ModelFailed);

        // An answer that does not fit: too many labels, none, numbers that are none.
        await FallsBackAsync((request, _) => Task.FromResult(_worker.Positive(request with { Texts = ["a", "b"] })), FallbackReason.ModelFailed);
        await FallsBackAsync((_, _) => Task.FromResult(new PredictReply(null)), FallbackReason.ModelFailed);
        await FallsBackAsync((request, _) => Task.FromResult(With(request, new ModelPredictionItem(SentimentLabel.Positive, 17, new LabelProbabilities(-1, 0, 2)))), FallbackReason.ModelFailed);
        await FallsBackAsync((request, _) => Task.FromResult(With(request, new ModelPredictionItem(null, null, null, "could not be computed"))), FallbackReason.ModelFailed);

        async Task FallsBackAsync(Func<PredictBatchRequest, CancellationToken, Task<PredictReply>> behaviour, FallbackReason reason)
        {
            _worker.Behaviour = behaviour;
            var answer = await PredictAsync(new { text = Unique() });
            Assert.Equal((true, reason, "vader", VaderAnalyzer.ReferenceVersion), (answer.FallbackUsed, answer.FallbackReason, answer.ModelUsed, answer.ModelVersion));
        }

        PredictReply With(PredictBatchRequest request, ModelPredictionItem item)
            => new(_worker.Positive(request).Answer! with { Results = [item] });
    }

    [Fact]
    public async Task A_batch_is_answered_in_order_and_its_items_fail_singly()
    {
        _worker.Behaviour = (request, _) => Task.FromResult(new PredictReply(_worker.Positive(request).Answer! with
        {
            Results = [.. request.Texts!.Select(text => text switch
            {
                "bad" => new ModelPredictionItem(SentimentLabel.Negative, 0.8, new LabelProbabilities(0.8, 0.1, 0.1)),
                "too hard" => new ModelPredictionItem(null, null, null, "could not be computed"),
                _ => new ModelPredictionItem(SentimentLabel.Positive, 0.7, new LabelProbabilities(0.1, 0.2, 0.7)),
            })],
        }));
        using var response = await SendAsync("/predict/batch", """{"texts": ["good", "", "bad", null, 7, "too hard", "\ud800", "good again"], "cache": false}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var batch = (await response.Content.ReadFromJsonAsync(ContractsJson.Default.PredictionBatchResponse, Token))!;

        Assert.Equal((8, 4, "compact", true), (batch.BatchSize, batch.Failed, batch.ModelUsed, batch.FallbackUsed));
        Assert.Equal(
            ["Positive", "text is required and must not be blank", "Negative", "text is required and must not be blank", "text must be a string", "Negative", "text is not valid Unicode: it has half of a surrogate pair", "Positive"],
            batch.Results.Select(item => item.Error ?? $"{item.Sentiment}"));
        Assert.Equal([false, false, false, false, false, true, false, false], batch.Results.Select(item => item.FallbackUsed));
        Assert.Equal(FallbackReason.ModelFailed, batch.Results[5].FallbackReason);
        Assert.Equal(["good", "bad", "too hard", "good again"], _worker.Asked.Single().Texts);
    }

    [Theory]
    [InlineData("""{"texts": []}""", "texts")]
    [InlineData("""{}""", "texts")]
    [InlineData("""{"texts": "a"}""", "texts")]
    public async Task A_batch_has_one_to_a_thousand_texts(string json, string field)
    {
        using var response = await SendAsync("/predict/batch", json);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.True(JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task A_batch_of_a_thousand_is_answered_and_one_more_is_too_many()
    {
        using var response = await Servers.SendAsync(servers.Http, new { texts = Enumerable.Range(0, 1_000).Select(i => $"text {i}").ToArray(), store = false, cache = false }, path: "/predict/batch");
        var batch = (await response.Content.ReadFromJsonAsync(ContractsJson.Default.PredictionBatchResponse, Token))!;
        Assert.Equal((1_000, 0, false), (batch.BatchSize, batch.Failed, batch.FallbackUsed));
        Assert.All(batch.Results, item => Assert.Null(item.Id));

        using var more = await Servers.SendAsync(servers.Http, new { texts = Enumerable.Repeat("a", 1_001).ToArray() }, path: "/predict/batch");
        Assert.Equal(HttpStatusCode.BadRequest, more.StatusCode);
    }

    [Fact]
    public async Task A_batch_of_nothing_but_bad_texts_asks_nobody()
    {
        using var response = await SendAsync("/predict/batch", """{"texts": ["", null]}""");
        var batch = (await response.Content.ReadFromJsonAsync(ContractsJson.Default.PredictionBatchResponse, Token))!;
        Assert.Equal((2, 2, false), (batch.BatchSize, batch.Failed, batch.FallbackUsed));
        Assert.Empty(_worker.Asked);
    }

    [Fact]
    public async Task The_same_text_is_asked_once_per_version_of_the_model()
    {
        var text = Unique();
        Assert.False((await PredictAsync(new { text })).Cached);
        Assert.True((await PredictAsync(new { text })).Cached);
        Assert.False((await PredictAsync(new { text, cache = false })).Cached);
        Assert.Equal(2, _worker.Asked.Count);

        using (var response = await Servers.SendAsync(servers.Http, new { texts = new[] { text, Unique() } }, path: "/predict/batch"))
        {
            var batch = (await response.Content.ReadFromJsonAsync(ContractsJson.Default.PredictionBatchResponse, Token))!;
            Assert.Equal([true, false], batch.Results.Select(item => item.Cached));
        }

        Assert.Single(_worker.Asked.Last().Texts!);

        await _worker.SwapAsync();
        await Eventually.TrueAsync(async () => (await PredictAsync(new { text })) is { Cached: true } answer && answer.ModelVersion == _worker.Version, Token);
        Assert.Equal(4, _worker.Asked.Count);
    }

    [Fact]
    public async Task What_the_lexicon_said_is_not_remembered_as_the_models_word()
    {
        var text = Unique();
        _worker.Behaviour = (_, _) => throw new RpcOverloadedException("no room");
        Assert.True((await PredictAsync(new { text })).FallbackUsed);
        _worker.Behaviour = null;
        var answer = await PredictAsync(new { text });
        Assert.Equal((false, false), (answer.FallbackUsed, answer.Cached));
    }

    [Fact]
    public async Task Predictions_are_kept_and_found_unless_nobody_wants_that()
    {
        var first = await PredictAsync(new { text = "the first of three, all kept" });
        _worker.Behaviour = (_, _) => throw new RpcOverloadedException("no room");
        var second = await PredictAsync(new { text = "the second, awful one" });
        var unkept = await PredictAsync(new { text = "never seen again", store = false });
        Assert.Null(unkept.Id);

        var kept = await Eventually.GetAsync(() => FindAsync(second.Id!.Value), found => found is not null, Token);
        Assert.Equal(
            ("the second, awful one", SentimentLabel.Negative, "vader", true, FallbackReason.Overloaded, false),
            (kept!.Text, kept.Sentiment, kept.ModelUsed, kept.FallbackUsed, kept.FallbackReason, kept.Cached));
        Assert.InRange(Math.Abs(kept.CompoundScore - second.CompoundScore), 0, 1e-5);
        Assert.NotNull(kept.TraceId);

        var found = await FindAsync(first.Id!.Value);
        Assert.Equal((false, null, "compact", _worker.Version), (found!.FallbackUsed, found.FallbackReason, found.ModelUsed, found.ModelVersion));

        var page = await ListAsync("limit=200");
        Assert.Contains(page.Items, item => item.Id == first.Id);
        Assert.DoesNotContain(page.Items, item => item.Text == "never seen again");
        Assert.Equal(page.Items.OrderByDescending(item => item.Timestamp).Select(item => item.Id), page.Items.Select(item => item.Id));
        Assert.All((await ListAsync("fallback=true")).Items, item => Assert.True(item.FallbackUsed));
        Assert.All((await ListAsync("fallback=false&label=positive&model=compact")).Items, item => Assert.Equal((false, SentimentLabel.Positive, "compact"), (item.FallbackUsed, item.Sentiment, item.ModelUsed)));
        Assert.Equal(HttpStatusCode.BadRequest, (await servers.Http.GetAsync("/predictions?fallback=maybe", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await servers.Http.GetAsync($"/predictions/{Guid.NewGuid()}", Token)).StatusCode);

        // One by one it is the same.
        var single = await ListAsync("limit=1");
        var next = await ListAsync($"limit=1&after={single.Next}");
        Assert.Equal(page.Items.Take(2).Select(item => item.Id), [single.Items.Single().Id, next.Items.Single().Id]);
    }

    [Fact]
    public async Task Too_many_at_once_are_told_to_come_again()
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _worker.Behaviour = async (request, _) =>
        {
            await answer.Task;
            return _worker.Positive(request);
        };
        var waiting = Enumerable.Range(0, 20).Select(_ => PredictAsync(new { text = Unique(), timeout_ms = 20_000 })).ToArray();
        await Eventually.TrueAsync(() => Task.FromResult(_worker.Asked.Count == 20), Token);

        using (var response = await SendAsync("/predict", """{"text": "one too many", "cache": false}"""))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
            Assert.NotNull(response.Headers.RetryAfter);
        }

        answer.SetResult();
        Assert.All(await Task.WhenAll(waiting), one => Assert.False(one.FallbackUsed));
        Assert.False((await PredictAsync(new { text = Unique() })).FallbackUsed);
    }

    [Fact]
    public async Task Who_leaves_and_who_is_in_a_hurry_says_nothing_against_the_model()
    {
        _worker.Behaviour = PredictingWorker.Hang;
        var before = await FailuresAsync();
        for (var i = 0; i < 3; i++)
        {
            var asked = _worker.Asked.Count;
            using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var call = servers.Http.PostAsync("/predict", new StringContent($$"""{"text": "{{Unique()}}"}""", Encoding.UTF8, "application/json"), leaving.Token);
            await Eventually.TrueAsync(() => Task.FromResult(_worker.Asked.Count > asked), Token);
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
            await PredictAsync(new { text = Unique(), timeout_ms = 100 });
        }

        Assert.Equal(before, await FailuresAsync());
        await PredictAsync(new { text = Unique(), timeout_ms = 600 });
        Assert.Equal(before + 1, await FailuresAsync());
    }

    private async Task<long> FailuresAsync() => (await servers.Http.GetFromJsonAsync("/failsafe/status", ContractsJson.Default.FailsafeStatusResponse, Token))!.Counts.Failures;

    private async Task<PredictionResponse> PredictAsync(object body)
    {
        using var response = await Servers.SendAsync(servers.Http, body, path: "/predict");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.PredictionResponse, Token))!;
    }

    private Task<HttpResponseMessage> SendAsync(string path, string json)
        => servers.Http.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"), Token);

    private async Task<KeptPrediction?> FindAsync(Guid id)
    {
        using var response = await servers.Http.GetAsync($"/predictions/{id}", Token);
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync(ContractsJson.Default.KeptPrediction, Token) : null;
    }

    private async Task<PredictionPage> ListAsync(string query) => (await servers.Http.GetFromJsonAsync($"/predictions?{query}", ContractsJson.Default.PredictionPage, Token))!;

    private static async Task<string?> DetailAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("detail").GetString();
    }

    private static string Unique() => $"a text like no other {Guid.NewGuid():N}";
}
