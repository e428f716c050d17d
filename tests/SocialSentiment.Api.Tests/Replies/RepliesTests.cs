using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using SocialSentiment.Api.Tests.Support;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Events;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests.Replies;

/// <summary>Orders for drafts, with a worker that does as it is told.</summary>
public sealed class RepliesTests(RepliesTests.Stage stage) : IClassFixture<RepliesTests.Stage>
{
    private const int MaxWaiting = 8;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Http => stage.Http;

    private WritingWorker Worker => stage.Worker;

    [Fact]
    public async Task Drafts_are_ordered_watched_and_kept()
    {
        var post = await PostAsync("The train was late again and nobody told us.");
        await using var feed = await EventStream.OpenAsync(Http, "?kind=replied");
        var job = await OrderAsync(post, """{ "tone": "empathetic", "count": 2, "seed": 7, "model": "writer" }""");
        Assert.Equal((post.Id, ReplyJobState.Queued, ReplyTone.Empathetic, 2, "writer", 7L), (job.PostId, job.State, job.Tone, job.Count, job.Model, job.Seed));

        var received = await Worker.ReceiveAsync(job.Id);
        Assert.Equal((post.Id, post.Text, ReplyTone.Empathetic, 2, "writer", 7L), (received.PostId, received.Text, received.Tone, received.Count, received.Model, received.Seed));

        await using var events = await FollowAsync(job.Id);
        Assert.Equal("job", (await events.NextAsync()).EventType);
        var run = Guid.NewGuid();
        await Worker.TellAsync(job.Id, run, "So sorry", "");
        Assert.Equal(["So sorry", ""], (await events.NextProgressAsync()).Texts);
        await Worker.TellAsync(job.Id, run, "So sorry about the train.", null);
        Assert.Equal(["So sorry about the train.", null], (await events.NextProgressAsync()).Texts);

        await Worker.WriteAsync(job.Id, "So sorry about the train.", "We are sorry you were left waiting.");
        var done = await events.NextOfAsync("done");
        Assert.Equal(ReplyJobState.Done, done.State);
        Assert.Equal(["So sorry about the train.", "We are sorry you were left waiting."], done.Drafts.Select(draft => draft.Text));
        Assert.Equal([1, 2], done.Drafts.Select(draft => draft.Rank));
        Assert.All(done.Drafts, draft => Assert.Equal(
            (job.Id, ReplySource.Model, "writer", "1", 7L, ReplyTone.Empathetic, SentimentLabel.Negative, ReplyDecision.Open),
            (draft.JobId, draft.Source, draft.Model, draft.Version, draft.Seed, draft.Tone, draft.Label, draft.Decision)));
        Assert.NotNull(done.StartedAt);
        Assert.NotNull(done.FinishedAt);

        var replied = await feed.NextEventAsync();
        Assert.Equal((PostEventKind.Replied, post.Id), (replied.Event.Kind, replied.Event.PostId));
        var kept = await RepliesAsync(post.Id);
        Assert.Empty(kept.Running);
        Assert.Equal(done.Drafts, kept.Drafts);
    }

    [Fact]
    public async Task What_a_dead_worker_has_begun_is_replaced_by_the_next_ones_words()
    {
        var job = await OrderAsync(await PostAsync("Nothing works."));
        await Worker.ReceiveAsync(job.Id);
        await using var events = await FollowAsync(job.Id);
        await events.NextAsync();
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        await Worker.TellAsync(job.Id, first, "We hear", "Oh");
        Assert.Equal(first, (await events.NextProgressAsync()).Run);
        await Worker.TellAsync(job.Id, second, "", "");
        var anew = await events.NextProgressAsync();
        Assert.Equal(second, anew.Run);
        Assert.Equal(["", ""], anew.Texts);

        // Both have written to the end, and the first one's drafts come after all.
        await Worker.WriteAsync(job.Id, "The second one's.");
        await Worker.WriteAsync(job.Id, "The first one's.");
        Assert.Equal(["The second one's."], (await events.NextOfAsync("done")).Drafts.Select(draft => draft.Text));
        var late = await OrderAsync(await PostAsync("Something to wait for."));
        await Worker.ReceiveAsync(late.Id);
        await Worker.WriteAsync(late.Id, "x");
        await DoneAsync(late.Id);
        Assert.Equal(["The second one's."], (await JobAsync(job.Id)).Drafts.Select(draft => draft.Text));
    }

    [Fact]
    public async Task Who_asks_twice_joins_the_first_job_of_that_tone()
    {
        var post = await PostAsync("Is anybody there?");
        var orders = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => OrderAsync(post, """{ "tone": "brief" }""")));
        var other = await OrderAsync(post, """{ "tone": "professional" }""");
        Assert.Single(orders.DistinctBy(job => job.Id));
        Assert.NotEqual(orders[0].Id, other.Id);
        Assert.Equal(2, (await RepliesAsync(post.Id)).Running.Count);

        await FinishAsync(orders[0].Id);
        await FinishAsync(other.Id);
        var next = await OrderAsync(post, """{ "tone": "brief" }""");
        Assert.NotEqual(orders[0].Id, next.Id);
        await FinishAsync(next.Id);
    }

    [Fact]
    public async Task A_job_that_is_called_off_stops_and_leaves_nothing()
    {
        var post = await PostAsync("I changed my mind.");
        var job = await OrderAsync(post);
        await Worker.ReceiveAsync(job.Id);
        await using var events = await FollowAsync(job.Id);
        await events.NextAsync();

        using var response = await Http.PostAsync($"/replies/jobs/{job.Id}/cancel", null, Token);
        var cancelled = (await response.Content.ReadFromJsonAsync(ContractsJson.Default.ReplyJobResponse, Token))!;
        Assert.Equal(ReplyJobState.Cancelled, cancelled.State);
        await Worker.UnwantedAsync(job.Id);
        Assert.Equal(ReplyJobState.Cancelled, (await events.NextOfAsync("cancelled")).State);

        // A worker that had not heard.
        await Worker.WriteAsync(job.Id, "Too late.");
        await FinishAsync((await OrderAsync(post)).Id);
        Assert.Equal((ReplyJobState.Cancelled, 0), ((await JobAsync(job.Id)).State, (await JobAsync(job.Id)).Drafts.Count));

        // What is over stays as it is.
        using var again = await Http.PostAsync($"/replies/jobs/{job.Id}/cancel", null, Token);
        Assert.Equal(cancelled.FinishedAt, (await again.Content.ReadFromJsonAsync(ContractsJson.Default.ReplyJobResponse, Token))!.FinishedAt);
    }

    [Fact]
    public async Task An_edit_or_a_deletion_calls_off_what_was_ordered_for_the_old_text()
    {
        var post = await PostAsync("The first text.");
        var job = await OrderAsync(post);
        await Worker.ReceiveAsync(job.Id);
        using var edit = await Http.PutAsJsonAsync($"/posts/{post.Id}", new { text = "The second text." }, Token);
        Assert.Equal(HttpStatusCode.OK, edit.StatusCode);
        await Worker.UnwantedAsync(job.Id);
        Assert.Equal(ReplyJobState.Cancelled, (await JobAsync(job.Id)).State);
        Worker.LetGo(job.Id);

        var second = await OrderAsync(post);
        Assert.Equal("The second text.", (await Worker.ReceiveAsync(second.Id)).Text);
        await using var events = await FollowAsync(second.Id);
        await events.NextAsync();
        using var delete = await Http.DeleteAsync($"/posts/{post.Id}", Token);
        await Worker.UnwantedAsync(second.Id);
        await events.NextOfAsync("cancelled");
        Worker.LetGo(second.Id);
        using var gone = await Http.PostAsync($"/posts/{post.Id}/replies", null, Token);
        Assert.Equal(HttpStatusCode.Gone, gone.StatusCode);
        using var job404 = await Http.GetAsync($"/replies/jobs/{second.Id}", Token);
        Assert.Equal(HttpStatusCode.NotFound, job404.StatusCode);
    }

    [Fact]
    public async Task A_queue_that_is_full_says_so_and_places_in_it_are_known()
    {
        var jobs = new List<ReplyJobResponse>();
        for (var i = 0; i < MaxWaiting; i++)
        {
            jobs.Add(await OrderAsync(await PostAsync($"Complaint number {i}")));
        }

        Assert.Equal(Enumerable.Range(0, MaxWaiting), jobs.Select(job => job.Position!.Value));
        using var refused = await Http.PostAsync($"/posts/{(await PostAsync("One too many")).Id}/replies", null, Token);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        var problem = await JsonDocument.ParseAsync(await refused.Content.ReadAsStreamAsync(Token), cancellationToken: Token);
        Assert.Equal(MaxWaiting, problem.RootElement.GetProperty("waiting").GetInt64());

        // Whose order is among them may still ask for it.
        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync($"/posts/{jobs[^1].PostId}/replies"));
        await FinishAsync(jobs[0].Id);
        Assert.Equal(MaxWaiting - 2, (await JobAsync(jobs[^1].Id)).Position);
        foreach (var job in jobs.Skip(1))
        {
            await FinishAsync(job.Id);
        }
    }

    [Fact]
    public async Task People_decide_and_the_last_word_counts()
    {
        var post = await PostAsync("Lovely concert!");
        var job = await OrderAsync(post);
        await Worker.ReceiveAsync(job.Id);
        await Worker.WriteAsync(job.Id, "Thank you!", "So glad you liked it!");
        var drafts = (await DoneAsync(job.Id)).Drafts;

        var accepted = await DecideAsync($"/posts/{post.Id}/replies/{drafts[0].Id}/accept");
        Assert.Equal((ReplyDecision.Accepted, "Thank you!"), (accepted.Decision, accepted.Text));
        Assert.NotNull(accepted.DecidedAt);
        var edited = await DecideAsync($"/posts/{post.Id}/replies/{drafts[1].Id}/edit", new { text = " So glad, see you in May! " });
        Assert.Equal((ReplyDecision.Edited, "So glad you liked it!", "So glad, see you in May!"), (edited.Decision, edited.Text, edited.EditedText));
        var rejected = await DecideAsync($"/posts/{post.Id}/replies/{drafts[1].Id}/reject");
        Assert.Equal((ReplyDecision.Rejected, null), (rejected.Decision, rejected.EditedText));
        Assert.Equal([accepted, rejected], (await RepliesAsync(post.Id)).Drafts);

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync($"/posts/{Guid.NewGuid()}/replies/{drafts[0].Id}/accept"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync($"/posts/{post.Id}/replies/{Guid.NewGuid()}/reject"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync($"/posts/{post.Id}/replies/{drafts[0].Id}/edit", new { text = new string('x', 1_001) }));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync($"/posts/{post.Id}/replies/{drafts[0].Id}/edit", new { text = "  " }));
    }

    [Fact]
    public async Task A_preview_is_waited_for()
    {
        var asking = Http.PostAsJsonAsync("/replies/preview?wait=30", new { text = "What time do you open?", tone = "brief", count = 1 }, Token);
        await Eventually.TrueAsync(() => Task.FromResult(stage.PreviewOf("What time do you open?") is not null), Token);
        var job = stage.PreviewOf("What time do you open?")!;
        await Worker.WriteAsync(job.JobId, "Good question, we will look.");
        using var response = await asking;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var done = (await response.Content.ReadFromJsonAsync(ContractsJson.Default.ReplyJobResponse, Token))!;
        Assert.Equal((null, ReplyJobState.Done, "Good question, we will look."), (done.PostId, done.State, done.Drafts.Single().Text));

        // Nobody joins another one's preview, and whoever does not wait gets a job.
        var jobs = await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            using var answer = await Http.PostAsJsonAsync("/replies/preview", new { text = "The same." }, Token);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            var open = (await answer.Content.ReadFromJsonAsync(ContractsJson.Default.ReplyJobResponse, Token))!;
            Assert.Equal($"/replies/jobs/{open.Id}", answer.Headers.Location?.OriginalString);
            return open.Id;
        }));
        Assert.NotEqual(jobs[0], jobs[1]);
        await FinishAsync(jobs[0]);
        await FinishAsync(jobs[1]);
    }

    [Theory]
    [InlineData("""{ "tone": "angry" }""", "tone")]
    [InlineData("""{ "count": 0 }""", "count")]
    [InlineData("""{ "count": 6 }""", "count")]
    [InlineData("""{ "count": 1.5 }""", "count")]
    [InlineData("""{ "seed": -1 }""", "seed")]
    [InlineData("""{ "seed": 9007199254740992 }""", "seed")]
    [InlineData("""{ "model": "\u0000" }""", "model")]
    [InlineData("""{ "tones": "friendly" }""", "tones")]
    public async Task A_senseless_order_is_refused_by_field(string body, string field)
    {
        using var response = await Http.PostAsync($"/posts/{(await PostAsync("x")).Id}/replies", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Token);
        Assert.Equal([field], await Posts.CreateTests.FieldsOf(response));
    }

    [Theory]
    [InlineData("nobody", HttpStatusCode.NotFound, "writer")]
    [InlineData("compact", HttpStatusCode.UnprocessableEntity, "writer")]
    [InlineData("absent", HttpStatusCode.Conflict, "download")]
    public async Task A_model_that_cannot_write_is_refused(string model, HttpStatusCode status, string words)
    {
        using var response = await Http.PostAsJsonAsync($"/posts/{(await PostAsync("x")).Id}/replies", new { model }, Token);
        Assert.Equal(status, response.StatusCode);
        Assert.Contains(words, await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_workers_cannot_write_is_answered_with_templates()
    {
        var job = await OrderAsync(await PostAsync("The app ate my whole report."), """{ "count": 3 }""");
        await Worker.FailAsync(job.Id);
        var done = await DoneAsync(job.Id);
        Assert.Equal(3, done.Drafts.Count);
        Assert.All(done.Drafts, draft => Assert.Equal(ReplySource.Template, draft.Source));
        Assert.NotNull(done.Note);
    }

    [Fact]
    public async Task Without_a_worker_there_are_templates()
    {
        var database = await stage.Postgres.CreateDatabaseAsync($"nobody_{Guid.NewGuid():N}", Token);
        await using var broker = await TestRabbitMq.StartAsync(Token);
        await using var api = ApiFactory.OnSocket(database, broker.ConnectionString, ("Replies:WithoutWorkerAfter", "00:00:00.2"));
        using var http = api.CreateClient();
        await Servers.HealthyAsync(http);
        using var response = await http.PostAsJsonAsync("/replies/preview?wait=30", new { text = "I love the new album, best one yet!", count = 2, seed = 4 }, Token);
        var done = (await response.Content.ReadFromJsonAsync(ContractsJson.Default.ReplyJobResponse, Token))!;
        Assert.Equal((ReplyJobState.Done, 2), (done.State, done.Drafts.Count));
        Assert.All(done.Drafts, draft => Assert.Equal((ReplySource.Template, "templates", SentimentLabel.Positive), (draft.Source, draft.Model, draft.Label)));
        Assert.Contains("worker", done.Note, StringComparison.Ordinal);

        // The same seed chooses the same.
        using var again = await http.PostAsJsonAsync("/replies/preview?wait=30", new { text = "I love the new album, best one yet!", count = 2, seed = 4 }, Token);
        Assert.Equal(done.Drafts.Select(draft => draft.Text), (await again.Content.ReadFromJsonAsync(ContractsJson.Default.ReplyJobResponse, Token))!.Drafts.Select(draft => draft.Text));
    }

    private async Task<PostResponse> PostAsync(string text)
    {
        using var response = await Servers.SendAsync(Http, new { text });
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.PostResponse, Token))!;
    }

    private async Task<ReplyJobResponse> OrderAsync(PostResponse post, string body = "{}")
    {
        using var response = await Http.PostAsync($"/posts/{post.Id}/replies", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Token);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.ReplyJobResponse, Token))!;
    }

    private async Task<ReplyJobResponse> JobAsync(Guid id) => (await Http.GetFromJsonAsync($"/replies/jobs/{id}", ContractsJson.Default.ReplyJobResponse, Token))!;

    private Task<ReplyJobResponse> DoneAsync(Guid id) => Eventually.GetAsync(() => JobAsync(id), job => job.State == ReplyJobState.Done, Token);

    private async Task FinishAsync(Guid id)
    {
        await Worker.ReceiveAsync(id);
        await Worker.WriteAsync(id, "Something.");
        await DoneAsync(id);
    }

    private async Task<PostRepliesResponse> RepliesAsync(Guid post) => (await Http.GetFromJsonAsync($"/posts/{post}/replies", ContractsJson.Default.PostRepliesResponse, Token))!;

    private async Task<ReplyDraft> DecideAsync(string path, object? body = null)
    {
        using var response = body is null ? await Http.PostAsync(path, null, Token) : await Http.PostAsJsonAsync(path, body, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.ReplyDraft, Token))!;
    }

    private async Task<HttpStatusCode> StatusAsync(string path, object? body = null)
    {
        using var response = body is null ? await Http.PostAsync(path, null, Token) : await Http.PostAsJsonAsync(path, body, Token);
        return response.StatusCode;
    }

    private Task<JobStream> FollowAsync(Guid job) => JobStream.OpenAsync(Http, job);

    /// <summary>An API with a database and a broker of its own, as its worker answers to nobody else.</summary>
    public sealed class Stage(Servers servers) : IAsyncLifetime
    {
        private TestRabbitMq? _broker;
        private ApiFactory? _api;

        public TestPostgres Postgres => servers.Postgres;

        public HttpClient Http { get; private set; } = null!;

        internal WritingWorker Worker { get; private set; } = null!;

        internal Contracts.Messages.ReplyJob? PreviewOf(string text) => Worker.Orders.FirstOrDefault(job => job.PostId is null && job.Text == text);

        public async ValueTask InitializeAsync()
        {
            var database = await servers.Postgres.CreateDatabaseAsync($"replies_{Guid.NewGuid():N}", CancellationToken.None);
            _broker = await TestRabbitMq.StartAsync(CancellationToken.None);
            _api = ApiFactory.OnSocket(database, _broker.ConnectionString, ("Posts:ProvisionalAfter", "01:00:00"), ("Replies:MaxWaiting", $"{MaxWaiting}"));
            Http = _api.CreateClient();
            await Servers.HealthyAsync(Http);
            Worker = await WritingWorker.StartAsync(_broker.ConnectionString);
            await Eventually.TrueAsync(async () => (await Http.GetStringAsync("/models")).Contains("writer", StringComparison.Ordinal), CancellationToken.None);
        }

        public async ValueTask DisposeAsync()
        {
            await Worker.DisposeAsync();
            Http.Dispose();
            await _api!.DisposeAsync();
            await _broker!.DisposeAsync();
        }
    }

    /// <summary>One who watches a job.</summary>
    private sealed class JobStream(HttpResponseMessage response, IAsyncEnumerator<SseItem<string>> items) : IAsyncDisposable
    {
        public static async Task<JobStream> OpenAsync(HttpClient http, Guid job)
        {
            var response = await http.GetAsync($"/replies/jobs/{job}/events", HttpCompletionOption.ResponseHeadersRead, Token);
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
            return new JobStream(response, SseParser.Create(await response.Content.ReadAsStreamAsync(Token)).EnumerateAsync(Token).GetAsyncEnumerator(Token));
        }

        public async Task<SseItem<string>> NextAsync()
        {
            Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token), "The stream ended.");
            return items.Current;
        }

        /// <summary>What is being written; the job's own changes of state and place come in between.</summary>
        public async Task<ReplyProgress> NextProgressAsync()
        {
            var item = await NextAsync();
            while (item.EventType == "job")
            {
                item = await NextAsync();
            }

            Assert.Equal("writing", item.EventType);
            return JsonSerializer.Deserialize(item.Data, ContractsJson.Default.ReplyProgress)!;
        }

        public async Task<ReplyJobResponse> NextOfAsync(string type)
        {
            var item = await NextAsync();
            while (item.EventType != type)
            {
                item = await NextAsync();
            }

            return JsonSerializer.Deserialize(item.Data, ContractsJson.Default.ReplyJobResponse)!;
        }

        public async ValueTask DisposeAsync()
        {
            response.Dispose();
            try
            {
                await items.DisposeAsync();
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException or NotSupportedException)
            {
                // It was in the middle of a read.
            }
        }
    }
}
