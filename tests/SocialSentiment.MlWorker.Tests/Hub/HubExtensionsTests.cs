using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Hub;
using SocialSentiment.MlWorker.Models.Store;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Hub;

public sealed class HubExtensionsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_names_of_the_hubs_own_tools_are_understood()
    {
        await using var app = Build(new()
        {
            ["HF_ENDPOINT"] = "https://hub.example.com/mirror",
            ["HF_TOKEN"] = " secret\n",
            ["HF_HUB_OFFLINE"] = "1",
            ["HF_HOME"] = "/data/hf",
        });

        var options = app.Services.GetRequiredService<IOptions<HubOptions>>().Value;
        Assert.Equal(("https://hub.example.com/mirror", "secret", true), (options.Endpoint, options.Token, options.Offline));
        Assert.Equal("/data/hf/socialsentiment", app.Services.GetRequiredService<IOptions<ModelStoreOptions>>().Value.Folder);
    }

    [Fact]
    public async Task What_is_configured_wins_over_them()
    {
        await using var app = Build(new()
        {
            ["HF_ENDPOINT"] = "https://hub.example.com",
            ["HF_TOKEN"] = "secret",
            ["HF_HUB_OFFLINE"] = "true",
            ["HF_HOME"] = "/data/hf",
            ["Hub:Endpoint"] = "http://localhost:5000",
            ["Hub:Token"] = "other",
            ["Hub:Offline"] = "false",
            ["Hub:Precisions:0"] = "int8",
            ["ModelStore:Folder"] = "/data/models",
        });

        var options = app.Services.GetRequiredService<IOptions<HubOptions>>().Value;
        Assert.Equal(("http://localhost:5000", "other", false), (options.Endpoint, options.Token, options.Offline));
        Assert.Equal(["int8"], options.Precisions);
        Assert.Equal("/data/models", app.Services.GetRequiredService<IOptions<ModelStoreOptions>>().Value.Folder);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_by_name()
    {
        await using var app = Build(new()
        {
            ["Hub:Endpoint"] = "hub.example.com",
            ["Hub:Token"] = "two words",
            ["Hub:Precisions:0"] = "int9",
        });

        var error = Assert.Throws<OptionsValidationException>(() => app.Services.GetRequiredService<IOptions<HubOptions>>().Value);
        Assert.Equal(["Hub:Endpoint", "Hub:Token", "Hub:Precisions"], error.Failures.Select(failure => failure[..failure.IndexOf(": ", StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task All_of_it_works_together_as_a_service_has_it()
    {
        await using var bench = await HubBench.StartAsync(Token);
        await using var app = Build(new()
        {
            ["HF_ENDPOINT"] = bench.Options.Endpoint,
            ["HF_HOME"] = bench.Folder,

            // The handlers that all other clients have would end a download after this long.
            ["HttpResilience:TotalTimeout"] = "00:00:00.010",
            ["HttpResilience:AttemptTimeout"] = "00:00:00.010",
        });
        var gate = new HubGate(after: 100_000);
        bench.Repository.Faults(HubBench.Network).Gate = gate;

        var entry = await app.Services.GetRequiredService<HubRepositoryInspector>().DescribeAsync(HubBench.Name, "main", "tiny", Token);
        var download = app.Services.GetRequiredService<ModelDownloads>().Start(entry);
        await gate.Reached.WaitAsync(Token);
        gate.Open();

        var end = await download.Completion.WaitAsync(Token);
        Assert.Equal((DownloadState.Done, null), (end.State, end.Message));
        var model = app.Services.GetRequiredService<ModelStore>().Find("tiny")!;
        Assert.StartsWith(Path.Combine(bench.Folder, "socialsentiment", "tiny"), model.Folder, StringComparison.Ordinal);
        Assert.Equal(SourceKind.Hub, entry.Source.Kind);
    }

    private static WebApplication Build(Dictionary<string, string?> configuration)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(configuration);
        builder.AddServiceDefaults();
        builder.AddModelHub();
        return builder.Build();
    }
}
