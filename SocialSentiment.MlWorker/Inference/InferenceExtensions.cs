using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using SocialSentiment.Messaging;
using SocialSentiment.MlWorker.Endpoints;
using SocialSentiment.MlWorker.Inference.Chat;
using SocialSentiment.MlWorker.Inference.Generation;
using SocialSentiment.MlWorker.Inference.Onnx;
using SocialSentiment.MlWorker.Inference.Statistics;
using SocialSentiment.MlWorker.Models;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Host;
using SocialSentiment.MlWorker.Models.Hub;
using SocialSentiment.MlWorker.Models.Store;
using SocialSentiment.ServiceDefaults.Health;
using SocialSentiment.ServiceDefaults.Http;
using SocialSentiment.ServiceDefaults.Options;
using SocialSentiment.ServiceDefaults.Resilience;

namespace SocialSentiment.MlWorker.Inference;

internal static class InferenceExtensions
{
    /// <summary>Adds the models: catalog, hub, store, host, and what asks them.</summary>
    public static void AddInference(this IHostApplicationBuilder builder)
    {
        NativeMemory.MapLargeBlocks();
        builder.AddValidatedOptions<InferenceOptions>("Inference");
        builder.AddValidatedOptions<ModelOptions>(ModelOptions.Section);
        builder.AddModelHub();
        builder.AddRemoteChat();

        builder.Services.AddSingleton<InferenceMetrics>();
        builder.Services.AddSingleton<ComputeDevice>();
        builder.Services.AddSingleton(services => new ModelCatalog(
            Path.Combine(AppContext.BaseDirectory, ModelCatalog.FileName), services.GetRequiredService<ModelStore>().Folder, services.GetRequiredService<ILogger<ModelCatalog>>()));
        builder.Services.AddSingleton(services => new ActivationFile(
            services.GetRequiredService<ModelStore>().Folder, services.GetRequiredService<ILogger<ActivationFile>>()));
        builder.Services.AddSingleton<VariantLoader>();
        builder.Services.AddSingleton<ModelLoader>();
        builder.Services.AddSingleton<GeneratorShelf>();
        builder.Services.AddSingleton<ModelHost>();
        builder.AddGeneration();
        builder.Services.AddSingleton<SentimentService>();
        builder.Services.AddSingleton<ISentimentAnalyzer>(services => services.GetRequiredService<SentimentService>());
        builder.Services.AddSingleton<Predictor>();
        builder.Services.AddSingleton<ModelDirectory>();
        builder.Services.AddExceptionHandler<ModelProblems>();
        builder.Services.Configure<KestrelServerOptions>(server => server.Limits.MaxRequestBodySize = JsonBody.MaxBytes);
        builder.Services.AddHealthChecks().AddCheck<ModelHealthCheck>("model", tags: [HealthTags.Dependency]);

        builder.Services.AddSingleton<ModelKeeper>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ModelKeeper>());
        builder.Services.AddSingleton<DownloadNotices>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DownloadNotices>());
        builder.Services.AddSingleton<ModelAnnouncer>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ModelAnnouncer>());
        builder.AddBroadcastListener<ModelKeeper>(Queues.Models);
    }

    /// <summary>Adds the language models that write.</summary>
    private static void AddGeneration(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<GenerationOptions>(GenerationOptions.Section);
        builder.Services.AddSingleton<GenerationMetrics>();
        builder.Services.AddSingleton<GeneratorLoader>();
        builder.Services.AddSingleton<GeneratorHost>();
    }

    private static void AddRemoteChat(this IHostApplicationBuilder builder)
    {
        // The names under which other programs look for it; the section wins.
        builder.Services.AddOptions<ChatOptions>().Configure<IConfiguration>((options, configuration) =>
        {
            options.Endpoint = configuration["OPENAI_BASE_URL"] ?? options.Endpoint;
            options.ApiKey = configuration["OPENAI_API_KEY"] ?? options.ApiKey;
            options.Model = configuration["OPENAI_MODEL"] ?? options.Model;
        });
        builder.AddValidatedOptions<ChatOptions>(ChatOptions.Section);

        // It repeats by itself, within the time of whoever asks.
        ChatConnection.AddClient(builder.Services).WithoutResilience();
        builder.Services.AddSingleton<ChatConnection>();
        builder.Services.AddSingleton<RemoteChat>();
        builder.Services.AddSingleton<ChatDrafter>();
    }
}
