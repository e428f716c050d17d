using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Evaluation.Replies;
using SocialSentiment.Messaging;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Host;
using SocialSentiment.MlWorker.Replies;
using SocialSentiment.ServiceDefaults;

namespace SocialSentiment.Evaluation;

/// <summary>The models as the worker has them: its own normalization, tokenizer, batches and engines, with nothing around that serves or listens.</summary>
internal sealed class WorkerModels : IAsyncDisposable
{
    /// <summary>Texts that are inside at once.</summary>
    private const int Portion = 256;

    private readonly IHost _app;

    private WorkerModels(IHost app) => _app = app;

    private ModelCatalog Catalog => _app.Services.GetRequiredService<ModelCatalog>();

    private ModelHost Host => _app.Services.GetRequiredService<ModelHost>();

    /// <summary>Opens the models of the repository, and those that were downloaded into a folder.</summary>
    /// <param name="downloads">None: where <c>./run</c> keeps them.</param>
    public static async Task<WorkerModels> OpenAsync(string? downloads, CancellationToken cancellationToken)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });

        // As for the worker: a remote model's address, precisions and so on.
        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection([
            new("ModelStore:Folder", downloads ?? Path.Combine(Repository.Root, ".data", "models")),
            new("ModelStore:EmbeddedFolder", Repository.Models),
            new("Hub:Offline", "true"),
            new("ConnectionStrings:rabbitmq", "amqp://127.0.0.1:1")]);
        builder.AddServiceDefaults();
        builder.AddMessaging();
        builder.AddInference();
        builder.AddReplyWriter();
        var models = new WorkerModels(builder.Build());

        // Nobody is let in before something serves.
        await models.Host.MakeDoWithAsync("vader", note: null, cancellationToken);
        return models;
    }

    /// <summary>The models of the catalog that can label texts on this machine; not those to which texts would have to be sent.</summary>
    public IReadOnlyList<string> Present()
        => [.. Catalog.All
            .Where(entry => entry.Tasks.Contains(ModelTask.Sentiment) && (entry.Source.Kind == SourceKind.BuiltIn || Host.Stored(entry.Key) is not null))
            .Select(entry => entry.Key)];

    /// <summary>The models of the catalog that can write drafts on this machine, the one that comes with the product first.</summary>
    public IReadOnlyList<string> PresentWriters()
        => [.. Catalog.All
            .Where(entry => entry.Tasks.Contains(ModelTask.Generation) && (entry.Source.Kind == SourceKind.BuiltIn || Host.Stored(entry.Key) is not null))
            .OrderBy(entry => entry.Key != ReplyEvaluator.Shipped)
            .Select(entry => entry.Key)];

    /// <summary>Has a model label whatever is asked of none by name.</summary>
    public Task ServeAsync(string key, CancellationToken cancellationToken) => Host.MakeDoWithAsync(key, note: null, cancellationToken);

    /// <summary>Has drafts written, as the worker does.</summary>
    public Task<WrittenDrafts> WriteAsync(ReplyJob order, CancellationToken cancellationToken)
        => _app.Services.GetRequiredService<ReplyWriter>().WriteAsync(order, isSafeOnly: false, show: null, cancellationToken);

    public async Task<Answers> AskAsync(string key, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var scores = new TextScores[texts.Count];
        string[] all = [.. texts];
        AnalyzerIdentity? who = null;
        for (var start = 0; start < all.Length; start += Portion)
        {
            var count = Math.Min(Portion, all.Length - start);
            who = await _app.Services.GetRequiredService<SentimentService>().AnalyzeAsync(
                key, all.AsMemory(start, count), scores.AsMemory(start, count), Call.Bulk, cancellationToken);
        }

        return scores.FirstOrDefault(score => score.Error is not null).Error is { } error
            ? throw error
            : new Answers(scores, who!, Host.Loaded.First(model => model.Key == who!.Model).Engine.CanSayNeutral);
    }

    public ValueTask DisposeAsync() => ((IAsyncDisposable)_app).DisposeAsync();
}

/// <summary>What a model makes of texts, in their order.</summary>
internal sealed record Answers(IReadOnlyList<TextScores> Scores, AnalyzerIdentity By, bool CanSayNeutral);
