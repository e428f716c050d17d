using System.Security.Cryptography;
using SocialSentiment.Contracts.Models;
using SocialSentiment.MlWorker.Models.Host;
using SocialSentiment.MlWorker.Models.Store;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Endpoints;

/// <summary>What somebody can find out about the model that comes with the product.</summary>
[Collection(ModelServices.Collection)]
public sealed class EmbeddedModelTests(ModelServices services)
{
    private static readonly string s_models = Path.Combine(AppContext.BaseDirectory, "models");

    [Fact]
    public async Task It_shows_its_card_its_hash_and_the_precision_that_was_verified()
    {
        await using var service = await ModelService.StartAsync(services, null, "a", ("Models__Default", "compact"));
        var model = await service.GetAsync("compact");

        Assert.Equal((ModelState.Loaded, true), (model.State, model.Active));
        Assert.StartsWith("# compact", model.Card, StringComparison.Ordinal);
        Assert.Contains("Expected calibration error", model.Card, StringComparison.Ordinal);

        var folder = Path.Combine(s_models, "compact");
        var version = Assert.Single(model.Versions);
        Assert.Equal((new EmbeddedModels(s_models).Find("compact")!.Version, version.Version), (model.Version, model.Loaded!.Version));
        Assert.Equal(["config.json", "golden.json", "model.onnx", "vocab.txt"], version.Files.Select(file => file.Path).Order(StringComparer.Ordinal));
        Assert.All(version.Files, file => Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, file.Path)))), file.Sha256));

        using var golden = File.OpenRead(Path.Combine(folder, GoldenFile.Name));
        Assert.Equal(("mixed", GoldenFile.Read(golden).Count, null), (model.Loaded.Precision, model.Loaded.GoldenTexts, model.Loaded.Note));

        // Lists are asked for often, and cards are long.
        Assert.All((await service.ListAsync()).Models, listed => Assert.Null(listed.Card));
        Assert.Null((await service.GetAsync("vader")).Card);
    }
}
