using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Messaging;
using SocialSentiment.MlWorker.Models.Store;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.ServiceDefaults.Faults;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.MlWorker.Tests;

/// <summary>The worker as a process, between a real queue of jobs and a real queue of results.</summary>
public sealed class AnalyzeTests : IAsyncLifetime
{
    private static readonly string s_worker = Path.Combine(AppContext.BaseDirectory, "SocialSentiment.MlWorker.dll");
    private readonly Results _results = new();
    private readonly List<ServerProcess> _workers = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("analyze-").FullName;
    private TestRabbitMq _rabbitMq = null!;
    private IHost _api = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Publisher Publisher => _api.Services.GetRequiredService<Publisher>();

    public async ValueTask InitializeAsync()
    {
        _rabbitMq = await TestRabbitMq.StartAsync(Token);
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:rabbitmq", _rabbitMq.ConnectionString)]);
        builder.AddServiceDefaults();
        builder.AddMessaging();
        builder.Services.AddSingleton(_results);
        builder.AddBatchConsumer<AnalysisResult, ResultsHandler>(Queues.Results);
        _api = builder.Build();
        await _api.StartAsync(Token);
    }

    [Fact]
    public async Task Every_job_gets_a_result_that_says_who_made_it()
    {
        StartWorker("worker-a", ("Models__Default", "vader"));
        AnalyzeJob[] jobs = [.. Enumerable.Range(0, 300).Select(i => Job(i % 2 == 0 ? "I love this, it is wonderful!" : "I hate this, it is horrible."))];
        var trace = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None);
        await SendAsync(jobs, trace);
        await Eventually.GetAsync(() => Task.FromResult(_results.Seen.Count), count => count == jobs.Length, Token);

        foreach (var (job, i) in jobs.Select((job, i) => (job, i)))
        {
            var result = _results.Seen[job.JobId];
            Assert.Equal((job.PostId, job.Revision), (result.PostId, result.Revision));
            Assert.Equal(i % 2 == 0 ? SentimentLabel.Positive : SentimentLabel.Negative, result.Label);
            Assert.Equal(1, result.Probabilities.Negative + result.Probabilities.Neutral + result.Probabilities.Positive, 9);
            Assert.Equal(
                ("vader", "3.3.2", "rules", 1, "worker-a", trace.TraceId.ToHexString()),
                (result.Provenance.Model, result.Provenance.Version, result.Provenance.Precision, result.Provenance.Attempt, result.Provenance.Worker, result.Provenance.TraceId));
        }
    }

    [Fact]
    public async Task The_embedded_model_labels_unless_another_is_chosen()
    {
        StartWorker("worker-a");
        AnalyzeJob[] jobs = [Job("I love this, it is wonderful!"), Job("This is terrible, I hate it.")];
        await SendAsync(jobs, default);
        await Eventually.GetAsync(() => Task.FromResult(_results.Seen.Count), count => count == jobs.Length, Token);

        Assert.Equal([SentimentLabel.Positive, SentimentLabel.Negative], jobs.Select(job => _results.Seen[job.JobId].Label));
        var version = new EmbeddedModels(Path.Combine(AppContext.BaseDirectory, "models")).Find("compact")!.Version;
        Assert.All(jobs, job => Assert.Equal(
            ("compact", version, "mixed"),
            (_results.Seen[job.JobId].Provenance.Model, _results.Seen[job.JobId].Provenance.Version, _results.Seen[job.JobId].Provenance.Precision)));
    }

    [Fact]
    public async Task Several_workers_share_the_work_and_a_post_that_breaks_them_is_put_aside()
    {
        StartWorker("worker-a", (Failpoint.Variable, "poison"), ("Worker__Prefetch", "20"), ("Worker__BatchSize", "10"));
        StartWorker("worker-b", (Failpoint.Variable, "poison"), ("Worker__Prefetch", "20"), ("Worker__BatchSize", "10"));
        await Eventually.GetAsync(
            () => _api.Services.GetRequiredService<QueueInspector>().GetAsync(Queues.Analyze, Token), queue => queue?.Consumers == 2, Token);

        AnalyzeJob[] jobs = [.. Enumerable.Range(0, 200).Select(i => Job(i == 77 ? "POISON:throw" : $"A fine post {i}"))];
        await SendAsync(jobs, default);
        await Eventually.GetAsync(() => Task.FromResult(_results.Seen.Count), count => count == jobs.Length - 1, Token);

        Assert.False(_results.Seen.ContainsKey(jobs[77].JobId));
        Assert.Equal(["worker-a", "worker-b"], _results.Seen.Values.Select(result => result.Provenance.Worker).Distinct().Order(StringComparer.Ordinal));
        await Eventually.GetAsync(() => _api.Services.GetRequiredService<QueueInspector>().GetAsync(Queues.Dead, Token), queue => queue?.Ready == 1, Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }

        await _api.StopAsync(CancellationToken.None);
        _api.Dispose();
        await _rabbitMq.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static AnalyzeJob Job(string text) => new(Guid.NewGuid(), Guid.NewGuid(), 1, text, Language: null, DateTimeOffset.UtcNow);

    private async Task SendAsync(AnalyzeJob[] jobs, ActivityContext trace)
        => await Eventually.TrueAsync(
            async () =>
            {
                var outcomes = await Publisher.PublishBatchAsync(Queues.Analyze, [.. jobs.Select(job => new OutgoingMessage<AnalyzeJob>(job, job.JobId.ToString("N"), trace))], Token);
                return outcomes.All(outcome => outcome is null);
            },
            Token);

    private void StartWorker(string name, params (string Name, string Value)[] environment)
    {
        var all = new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{FreePort.Next()}",
            ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={name}",
            ["ConnectionStrings__rabbitmq"] = _rabbitMq.ConnectionString,
            ["ModelStore__Folder"] = Path.Combine(_folder, name),
        };
        foreach (var (key, value) in environment)
        {
            all[key] = value;
        }

        _workers.Add(ServerProcess.Start("dotnet", [s_worker], all));
    }

    internal sealed class Results
    {
        public ConcurrentDictionary<Guid, AnalysisResult> Seen { get; } = [];
    }

    internal sealed class ResultsHandler(Results results) : IBatchHandler<AnalysisResult>
    {
        public Task HandleAsync(IReadOnlyList<Delivery<AnalysisResult>> batch, CancellationToken cancellationToken)
        {
            foreach (var delivery in batch)
            {
                Assert.True(results.Seen.TryAdd(delivery.Body.JobId, delivery.Body));
            }

            return Task.CompletedTask;
        }
    }
}
