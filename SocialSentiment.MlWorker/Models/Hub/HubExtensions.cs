using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SocialSentiment.MlWorker.Models.Store;
using SocialSentiment.ServiceDefaults.Options;
using SocialSentiment.ServiceDefaults.Resilience;

namespace SocialSentiment.MlWorker.Models.Hub;

internal static class HubExtensions
{
    private const string ClientName = "hub";

    /// <summary>Adds <see cref="HubClient"/>, <see cref="HubRepositoryInspector"/>, <see cref="ModelStore"/> and <see cref="ModelDownloads"/>.</summary>
    public static void AddModelHub(this IHostApplicationBuilder builder)
    {
        // Before the section is bound, which therefore wins.
        builder.Services.AddOptions<HubOptions>().Configure<IConfiguration>(ReadEnvironment);
        builder.Services.AddOptions<ModelStoreOptions>().Configure<IConfiguration>(ReadEnvironment);
        builder.AddValidatedOptions<HubOptions>(HubOptions.Section);
        builder.AddValidatedOptions<ModelStoreOptions>(ModelStoreOptions.Section);

        // The client repeats by itself, with what it has already, and its streams are longer than any call's time limit.
        builder.Services.AddHttpClient(ClientName).WithoutResilience().ConfigurePrimaryHttpMessageHandler(HubClient.CreateHandler);

        builder.Services.TryAddSingleton<ModelDisk>();
        builder.Services.AddSingleton(services => new HubClient(
            services.GetRequiredService<IHttpClientFactory>().CreateClient(ClientName),
            services.GetRequiredService<IOptions<HubOptions>>(),
            services.GetRequiredService<ModelDisk>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<HubClient>>()));
        builder.Services.AddSingleton(services =>
        {
            var options = services.GetRequiredService<IOptions<ModelStoreOptions>>().Value;
            var store = new ModelStore(
                options.Folder is { Length: > 0 } folder ? folder : DefaultFolder(builder.Environment),
                options.EmbeddedFolder,
                services.GetRequiredService<ModelDisk>(),
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<ModelStore>>());
            store.RemoveLeftovers();
            return store;
        });
        builder.Services.AddSingleton<HubRepositoryInspector>();
        builder.Services.AddSingleton<ModelDownloads>();
    }

    private static void ReadEnvironment(HubOptions options, IConfiguration configuration)
    {
        if (configuration["HF_ENDPOINT"] is { Length: > 0 } endpoint)
        {
            options.Endpoint = endpoint;
        }

        if (configuration["HF_TOKEN"]?.Trim() is { Length: > 0 } token)
        {
            options.Token = token;
        }

        options.Offline = configuration["HF_HUB_OFFLINE"]?.ToUpperInvariant() is "1" or "TRUE" or "YES" or "ON";
    }

    private static void ReadEnvironment(ModelStoreOptions options, IConfiguration configuration)
    {
        if (configuration["HF_HOME"] is { Length: > 0 } home)
        {
            options.Folder = Path.Combine(home, "socialsentiment");
        }
    }

    /// <summary>An account without a home keeps its models with the program.</summary>
    private static string DefaultFolder(IHostEnvironment environment)
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(data.Length > 0 ? data : environment.ContentRootPath, "socialsentiment", "models");
    }
}
