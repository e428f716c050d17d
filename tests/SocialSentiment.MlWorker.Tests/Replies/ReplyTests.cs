using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.Messaging;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Tests.Engines;
using SocialSentiment.MlWorker.Tests.Host;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.Testing;
using SocialSentiment.TestModels.Repositories;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Replies;

/// <summary>The worker as a process, between a real queue of orders and a real queue of drafts.</summary>
public sealed class ReplyTests(ReplyTests.Stage stage) : IClassFixture<ReplyTests.Stage>
{
    private const string Slow = "slow";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Templates_answer_at_once_and_say_what_they_are()
    {
        var job = Job("This is terrible, I have waited for two hours!", "templates", label: null);
        await SendAsync(job);
        var result = await stage.Heard.ResultAsync(job);
        Assert.Equal((SentimentLabel.Negative, null, "writer-1"), (result.Label, result.Note, result.Worker));
        Assert.Equal(3, result.Drafts.DistinctBy(draft => draft.Text).Count());
        Assert.All(result.Drafts, draft => Assert.Equal((ReplySource.Template, "templates"), (draft.Source, draft.Model)));

        // The same order again, word for word.
        var again = job with { JobId = Guid.NewGuid() };
        await SendAsync(again);
        Assert.Equal(result.Drafts, (await stage.Heard.ResultAsync(again)).Drafts);

        // What somebody else has found out already counts.
        var labelled = Job("This is terrible, I have waited for two hours!", "templates", SentimentLabel.Positive);
        await SendAsync(labelled);
        Assert.Equal(SentimentLabel.Positive, (await stage.Heard.ResultAsync(labelled)).Label);
    }

    [Theory]
    [InlineData("nobody", "There is no model 'nobody'")]
    [InlineData("compact", "writes none")]
    [InlineData("distilgpt2", "download it first")]
    public async Task Where_a_model_cannot_write_templates_do_and_the_reason_is_said(string model, string reason)
    {
        var job = Job("I love this album!", model, label: null);
        await SendAsync(job);
        var result = await stage.Heard.ResultAsync(job);
        Assert.Contains(reason, result.Note, StringComparison.Ordinal);
        Assert.All(result.Drafts, draft => Assert.Equal(ReplySource.Template, draft.Source));
        Assert.Equal(3, result.Drafts.Count);
    }

    [Fact]
    public async Task What_is_called_off_stops_at_once_and_leaves_the_worker_to_others()
    {
        var slow = Job("I love this album!", Slow, SentimentLabel.Positive);
        var waiting = Job("I love this album, too!", Slow, SentimentLabel.Positive);
        var quick = Job("I love this album!", "templates", SentimentLabel.Positive);
        await SendAsync(slow);
        await SendAsync(waiting);
        await SendAsync(quick);
        await stage.Heard.BegunAsync(slow);
        var started = Stopwatch.GetTimestamp();
        await CancelAsync(waiting);
        await CancelAsync(slow);

        // Behind both of them.
        await stage.Heard.ResultAsync(quick);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10), "The orders before it were carried out.");
        Assert.False(stage.Heard.Results.ContainsKey(slow.JobId) || stage.Heard.Results.ContainsKey(waiting.JobId));
        Assert.False(stage.Heard.Runs.ContainsKey(waiting.JobId));
    }

    [Fact]
    public async Task A_worker_that_dies_leaves_its_order_to_the_next_and_the_third_does_not_ask_the_model()
    {
        var job = Job("I love this album!", Slow, SentimentLabel.Positive);
        await SendAsync(job);
        for (var death = 1; death <= 2; death++)
        {
            await Eventually.TrueAsync(() => Task.FromResult(stage.Heard.Runs.TryGetValue(job.JobId, out var runs) && runs.Distinct().Count() == death), Token);
            await stage.KillWorkerAsync();
        }

        var result = await stage.Heard.ResultAsync(job);
        Assert.Contains("died", result.Note, StringComparison.Ordinal);
        Assert.All(result.Drafts, draft => Assert.Equal(ReplySource.Template, draft.Source));
    }

    private static ReplyJob Job(string text, string model, SentimentLabel? label) => new(Guid.NewGuid(), PostId: null, text, label, ReplyTone.Friendly, 3, model, Seed: 7);

    private Task SendAsync(ReplyJob job)
        => Eventually.TrueAsync(
            async () => (await stage.Publisher.PublishBatchAsync(Queues.Replies, [new OutgoingMessage<ReplyJob>(job, job.JobId.ToString("N"))], Token))[0] is null, Token);

    private Task CancelAsync(ReplyJob job)
        => Eventually.TrueAsync(
            () => stage.Publisher.BroadcastAsync(Queues.ReplyProgress, JsonSerializer.SerializeToUtf8Bytes(new ReplyNotice(Cancelled: job.JobId), ContractsJson.Default.ReplyNotice), Token), Token);

    /// <summary>A broker, a listener and a worker for all tests of the class; a worker that is killed is started again.</summary>
    public sealed class Stage(TestRepositories repositories) : IAsyncLifetime
    {
        private const string SlowFile = "slow.onnx";

        /// <summary>About two fifths of a second for a step: an order of sixty is not done before a test is.</summary>
        private const long Rounds = 800_000;

        private static readonly string s_worker = Path.Combine(AppContext.BaseDirectory, "SocialSentiment.MlWorker.dll");
        private readonly string _folder = Directory.CreateTempSubdirectory("replies-").FullName;
        private TestRabbitMq _rabbitMq = null!;
        private IHost _api = null!;
        private ServerProcess _worker = null!;

        internal Heard Heard { get; } = new();

        public Publisher Publisher => _api.Services.GetRequiredService<Publisher>();

        public async ValueTask InitializeAsync()
        {
            _rabbitMq = await TestRabbitMq.StartAsync(CancellationToken.None);
            var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
            builder.Logging.ClearProviders();
            builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:rabbitmq", _rabbitMq.ConnectionString)]);
            builder.AddServiceDefaults();
            builder.AddMessaging();
            builder.Services.AddSingleton(Heard);
            builder.AddBatchConsumer<ReplyResult, ResultsHandler>(Queues.ReplyResults);
            builder.AddBroadcastListener<Heard>(Queues.ReplyProgress);
            _api = builder.Build();
            await _api.StartAsync(CancellationToken.None);
            await using (var bench = new HostBench(_folder))
            {
                AddSlowModel(bench);
            }

            _worker = StartWorker();
        }

        /// <summary>Another one takes its place.</summary>
        public async Task KillWorkerAsync()
        {
            await _worker.KillAsync();
            _worker = StartWorker();
        }

        public async ValueTask DisposeAsync()
        {
            await _worker.DisposeAsync();
            await _api.StopAsync(CancellationToken.None);
            _api.Dispose();
            await _rabbitMq.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }

        private ServerProcess StartWorker() => ServerProcess.Start("dotnet", [s_worker], new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{FreePort.Next()}",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "service.instance.id=writer-1",
            ["ConnectionStrings__rabbitmq"] = _rabbitMq.ConnectionString,
            ["ModelStore__Folder"] = Path.Combine(_folder, "models"),
        });

        private void AddSlowModel(HostBench bench)
        {
            var folder = Directory.CreateDirectory(Path.Combine(_folder, "repository")).FullName;
            foreach (var file in Directory.EnumerateFiles(repositories.Gpt2.Folder))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }

            BrokenModels.SlowSteps(repositories.Gpt2.Weights, Rounds).Save(Path.Combine(folder, SlowFile));
            bench.Catalog.Add(new ModelEntry
            {
                Key = Slow,
                Title = Slow,
                Tasks = [ModelTask.Generation],
                Family = ModelFamily.Gpt2,
                Source = new ModelSource(SourceKind.Hub, "tests/slow"),
                Variants = [new ModelVariant("fp32", SlowFile)],
            });
            bench.Publish(Slow, folder);
        }
    }

    /// <summary>What the API would hear.</summary>
    internal sealed class Heard : IBroadcastListener
    {
        public ConcurrentDictionary<Guid, ReplyResult> Results { get; } = [];

        public ConcurrentDictionary<Guid, ConcurrentQueue<Guid>> Runs { get; } = [];

        public async Task<ReplyResult> ResultAsync(ReplyJob job)
        {
            await Eventually.TrueAsync(() => Task.FromResult(Results.ContainsKey(job.JobId)), Token);
            return Results[job.JobId];
        }

        public Task BegunAsync(ReplyJob job) => Eventually.TrueAsync(() => Task.FromResult(Runs.ContainsKey(job.JobId)), Token);

        public Task OnConnectedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task OnMessageAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
        {
            if (JsonSerializer.Deserialize(body.Span, ContractsJson.Default.ReplyNotice)?.Progress is { } progress)
            {
                Runs.GetOrAdd(progress.JobId, _ => []).Enqueue(progress.Run);
            }

            return Task.CompletedTask;
        }
    }

    internal sealed class ResultsHandler(Heard heard) : IBatchHandler<ReplyResult>
    {
        public Task HandleAsync(IReadOnlyList<Delivery<ReplyResult>> batch, CancellationToken cancellationToken)
        {
            foreach (var delivery in batch)
            {
                heard.Results[delivery.Body.JobId] = delivery.Body;
            }

            return Task.CompletedTask;
        }
    }
}
