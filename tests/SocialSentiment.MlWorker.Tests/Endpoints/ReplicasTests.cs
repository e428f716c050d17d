using SocialSentiment.Testing;
using SocialSentiment.TestModels.Repositories;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Endpoints;

/// <summary>Two model services at one broker, each with its own folder.</summary>
[Collection(ModelServices.Collection)]
public sealed class ReplicasTests(ModelServices services)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_activated_on_one_serves_on_all_whoever_was_away_meanwhile()
    {
        await using var hub = await HubStandIn.StartAsync(Token);
        KnownRepositories.Add(hub, "distilbert");
        var folder = Directory.CreateTempSubdirectory("added-").FullName;
        TestRepository.WriteBert(folder, opinions: [("I love this, it is wonderful!", 4), ("What a great day, thank you all.", 4), ("This is terrible, I hate it.", 0), ("The worst service I have ever had.", 0)]);
        hub.AddFolder("owner/added", folder);
        Directory.Delete(folder, recursive: true);
        await using var a = await ModelService.StartAsync(services, hub, "a");
        await using var b = await ModelService.StartAsync(services, hub, "b");

        // The other one has to download it first.
        Assert.Equal("done", (await a.DownloadAsync("""{ "model": "distilbert" }""", "distilbert")).State);
        await a.ActivateAsync("distilbert");
        await AssertServesAsync(b, "distilbert");
        Assert.Equal((await a.ListAsync()).ActiveVersion, (await b.ListAsync()).ActiveVersion);
        Assert.Equal("distilbert", (await b.PredictAsync("This is terrible, I hate it.")).ModelUsed);

        // One that it has never heard of, while it is away.
        await b.KillAsync();
        Assert.Equal("done", (await a.DownloadAsync("""{ "repository": "owner/added" }""", "added")).State);
        await a.ActivateAsync("added");
        await b.StartAsync();
        await AssertServesAsync(b, "added");
        Assert.Equal("added", (await b.PredictAsync("This is terrible, I hate it.")).ModelUsed);
        Assert.Equal(12, (await b.ListAsync()).Models.Count);

        // All at once: whoever wins, it is the same one everywhere.
        for (var i = 0; i < 3; i++)
        {
            await Task.WhenAll(a.ActivateAsync("vader"), b.ActivateAsync("distilbert"), a.ActivateAsync("added"), b.ActivateAsync("ensemble"));
            await Eventually.TrueAsync(
                async () => (await a.ListAsync(), await b.ListAsync()) is var (one, other) && (one.Active, one.ActiveVersion) == (other.Active, other.ActiveVersion), Token);
        }

        await b.ActivateAsync("vader");
        await AssertServesAsync(a, "vader");
        await AssertServesAsync(b, "vader");
        Assert.Null((await a.ListAsync()).Note);
        Assert.Null((await b.ListAsync()).Note);
    }

    private static Task AssertServesAsync(ModelService service, string key)
        => Eventually.TrueAsync(async () => (await service.ListAsync()).Active == key, Token);
}
