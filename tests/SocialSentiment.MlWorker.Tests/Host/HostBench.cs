using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SocialSentiment.Messaging;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Host;
using SocialSentiment.MlWorker.Models.Store;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.TestModels.Gpt2;
using SocialSentiment.TestModels.Repositories;
using SocialSentiment.TestModels.Weights;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Host;

/// <summary>The host as the worker has it, over a folder of its own, with nothing around it that serves or listens.</summary>
internal sealed class HostBench : IAsyncDisposable
{
    private readonly IHost _app;
    private readonly bool _ownsFolder;

    /// <param name="folder">None: one of its own. That of another one: as after a restart.</param>
    public HostBench(string? folder = null, params (string Key, string Value)[] settings)
    {
        _ownsFolder = folder is null;
        Folder = folder ?? Directory.CreateTempSubdirectory("host-").FullName;
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([
            new("ModelStore:Folder", ModelsFolder),
            new("ModelStore:EmbeddedFolder", EmbeddedFolder),
            new("Models:Default", "vader"),
            new("Hub:Offline", "true"),
            new("ConnectionStrings:rabbitmq", "amqp://127.0.0.1:1")]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Services.AddLogging();
        builder.AddServiceDefaults();
        builder.AddMessaging();
        builder.AddInference();
        _app = builder.Build();
    }

    public string Folder { get; }

    public string ModelsFolder => Path.Combine(Folder, "models");

    public string EmbeddedFolder => Path.Combine(Folder, "embedded");

    public IServiceProvider Services => _app.Services;

    public ModelHost Host => Services.GetRequiredService<ModelHost>();

    public GeneratorHost Generators => Services.GetRequiredService<GeneratorHost>();

    public GeneratorShelf Shelf => Services.GetRequiredService<GeneratorShelf>();

    public ModelCatalog Catalog => Services.GetRequiredService<ModelCatalog>();

    public ModelStore Store => Services.GetRequiredService<ModelStore>();

    public SentimentService Sentiment => Services.GetRequiredService<SentimentService>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts what runs beside the host: the keeper, the line to the broker, what listens and speaks there.</summary>
    public Task StartAsync() => _app.StartAsync(Token);

    /// <summary>Stops it politely.</summary>
    public Task StopAsync() => _app.StopAsync(Token);

    /// <summary>Makes a repository a version of a model that anybody can name.</summary>
    public ModelEntry Add(string key, EncoderRepository repository, Func<ModelEntry, ModelEntry>? with = null)
    {
        ModelEntry entry = new()
        {
            Key = key,
            Title = key,
            Family = ModelFamily.Classifier,
            Source = new ModelSource(SourceKind.Hub, $"tests/{key}"),
            Variants = [new ModelVariant("int8", TestRepository.QuantizedModelFile), new ModelVariant("fp32", TestRepository.ModelFile)],
            Golden = [.. repository.Opinions.Select(opinion => new GoldenText(opinion.Text, Labels.Of(opinion.Label, repository.Weights.Config.Labels.Count)))],
        };
        entry = with?.Invoke(entry) ?? entry;
        Catalog.Add(entry);
        Publish(key, repository.Folder);
        return entry;
    }

    /// <summary>Makes a language model one that anybody can ask to write.</summary>
    public ModelEntry Add(string key, Gpt2Repository repository, Func<ModelEntry, ModelEntry>? with = null)
    {
        ModelEntry entry = new()
        {
            Key = key,
            Title = key,
            Tasks = [ModelTask.Generation],
            Family = ModelFamily.Gpt2,
            Source = new ModelSource(SourceKind.Hub, $"tests/{key}"),
            Variants =
            [
                new ModelVariant("int8", Gpt2Repository.FileOf(Gpt2Form.Merged, Precision.Quantized)),
                new ModelVariant("fp32", Gpt2Repository.FileOf(Gpt2Form.Merged)),
            ],
        };
        entry = with?.Invoke(entry) ?? entry;
        Catalog.Add(entry);
        Publish(key, repository.Folder);
        return entry;
    }

    /// <summary>Makes what is in a folder now the newest version of a model.</summary>
    public StoredModel Publish(string key, string folder)
    {
        var commit = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        var staging = Store.Stage(key, commit);
        List<ModelFile> files = [];
        foreach (var source in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(folder, source).Replace('\\', '/');
            var target = Path.Combine(staging, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(source, target);
            files.Add(new ModelFile(path, new FileInfo(target).Length, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(target)))));
        }

        return Store.Publish(staging, key, $"tests/{key}", commit, files, licence: null);
    }

    public Task ActivateAsync(string key, string? version = null) => Host.ActivateAsync(key, version, "a test", Token);

    public async Task<ModelException> RefusalAsync(string key) => await Assert.ThrowsAsync<ModelException>(() => ActivateAsync(key));

    /// <summary>Labels a text, and says who did.</summary>
    public async Task<(Contracts.SentimentLabel Label, AnalyzerIdentity By)> AskAsync(string text, string? model = null)
    {
        var scores = new Inference.Engines.TextScores[1];
        var by = await Sentiment.AnalyzeAsync(model, new[] { text }, scores, Inference.Engines.Call.Bulk, Token);
        return scores[0].Error is { } error ? throw error : (scores[0].Label, by);
    }

    public async ValueTask DisposeAsync()
    {
        await ((IAsyncDisposable)_app).DisposeAsync();
        if (_ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
