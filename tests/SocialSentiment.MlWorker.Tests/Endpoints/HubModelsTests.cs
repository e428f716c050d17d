using System.Net;
using System.Text.Json;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Models;
using SocialSentiment.MlWorker.Tests.Host;
using SocialSentiment.Testing;
using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Repositories;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Endpoints;

/// <summary>Models come from the hub, serve and go, over HTTP.</summary>
[Collection(ModelServices.Collection)]
public sealed class HubModelsTests(ModelServices services) : IAsyncLifetime
{
    private HubStandIn _hub = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _hub = await HubStandIn.StartAsync(Token);

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task Every_model_of_the_catalog_is_downloaded_activated_and_answers()
    {
        await using var service = await ModelService.StartAsync(services, _hub);
        string[] keys = ["distilbert", "twitter-roberta", "bert-multilingual", "gpt2"];
        foreach (var key in keys)
        {
            KnownRepositories.Add(_hub, key);
            Assert.Equal(ModelState.Absent, (await service.GetAsync(key)).State);
            var end = await service.DownloadAsync($$"""{ "model": "{{key}}" }""", key);
            Assert.True(end.State == "done", end.Error);
            Assert.Equal(end.BytesTotal, end.BytesDone);

            await service.ActivateAsync(key);

            var model = await service.GetAsync(key);
            var entry = KnownRepositories.Catalog.Get(key);
            Assert.Equal((ModelState.Loaded, true, end.Version), (model.State, model.Active, model.Version));
            Assert.True(model.Loaded!.Note is null, model.Loaded.Note);
            Assert.Equal(("int8", entry.Golden.Count), (model.Loaded.Precision, model.Loaded.GoldenTexts));
            Assert.Equal(key != "distilbert", model.SaysNeutral);
            foreach (var golden in entry.Golden)
            {
                var answer = await service.PredictAsync(golden.Text);
                Assert.Equal((golden.Label, key, end.Version, "int8"), (answer.Sentiment, answer.ModelUsed, answer.ModelVersion, answer.Precision));
            }
        }

        // Each is there for whoever names it, and what is not named goes to the active one.
        foreach (var key in keys)
        {
            Assert.Equal(key, (await service.PredictAsync("I love this, it is wonderful!", key)).ModelUsed);
        }

        var (_, metrics) = await service.SendAsync(HttpMethod.Get, "/metrics");
        var gpt2 = metrics["models"]!.AsArray().Single(model => (string?)model!["key"] == "gpt2")!;
        Assert.Equal((3, 3, 0, true), ((int)gpt2["requests"]!, (int)gpt2["texts"]!, (int)gpt2["errors"]!, (bool)gpt2["active"]!));
        Assert.True((double)gpt2["latency_ms"]!["p50"]! > 0);
        Assert.True((long)gpt2["tokens"]! > 0);
        Assert.Equal(("a", "cpu"), ((string?)metrics["replica"], (string?)metrics["device"]));

        // What serves stays, and everything else can go.
        Assert.Equal(409, (await service.SendAsync(HttpMethod.Delete, "/models/gpt2")).Status);
        var (rolledBack, decision) = await service.PostAsync("/models/gpt2/rollback");
        Assert.Equal((200, "bert-multilingual", "gpt2"), (rolledBack, (string?)decision["key"], (string?)decision["previous"]));
        var (deleted, gone) = await service.SendAsync(HttpMethod.Delete, "/models/gpt2");
        Assert.Equal(200, deleted);
        Assert.True((long)gone["freed_bytes"]! > 0);
        Assert.Equal((ModelState.Absent, 0), ((await service.GetAsync("gpt2")).State, (await service.GetAsync("gpt2")).Versions.Count));
        Assert.Equal(409, (await service.PostAsync("/models/gpt2/activate")).Status);
        Assert.Equal("bert-multilingual", (await service.ListAsync()).Active);
    }

    [Fact]
    public async Task A_download_is_seen_under_way_cancelled_and_gone_on_with()
    {
        await using var service = await ModelService.StartAsync(services, _hub);
        var repository = KnownRepositories.Add(_hub, "distilbert");
        var gate = new HubGate(after: 20_000);
        repository.Faults(TestRepository.QuantizedModelFile).Gate = gate;
        using var watch = await service.Http.GetAsync("/models/events", HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal("text/event-stream", watch.Content.Headers.ContentType?.MediaType);
        using var events = new StreamReader(await watch.Content.ReadAsStreamAsync(Token));
        Assert.StartsWith(":", await events.ReadLineAsync(Token), StringComparison.Ordinal);

        Assert.Equal(202, (await service.PostAsync("/models/download", """{ "model": "distilbert" }""")).Status);
        await gate.Reached.WaitAsync(Token);
        var model = await Eventually.GetAsync(
            async () => (await service.ListAsync()).Models.Single(model => model.Key == "distilbert"), model => model.Download is { File: TestRepository.QuantizedModelFile, BytesDone: >= 20_000 }, Token);
        Assert.Equal((ModelState.Downloading, "downloading"), (model.State, model.Download!.State));
        Assert.InRange(model.Download.BytesDone, 20_000, model.Download.BytesTotal!.Value - 1);

        var (status, cancelled) = await service.SendAsync(HttpMethod.Delete, "/models/distilbert/download");
        Assert.Equal((200, "cancelled"), (status, (string?)cancelled["state"]));
        Assert.Equal(409, (await service.SendAsync(HttpMethod.Delete, "/models/distilbert/download")).Status);
        Assert.Equal(409, (await service.PostAsync("/models/distilbert/activate")).Status);

        repository.Faults(TestRepository.QuantizedModelFile).Gate = null;
        var end = await service.DownloadAsync("""{ "model": "distilbert" }""", "distilbert");
        Assert.True(end.State == "done", end.Error);
        Assert.Contains(_hub.Requests, request => request.Range == "bytes=20000-");

        List<string> states = [];
        while (states.LastOrDefault() != "done")
        {
            if (await events.ReadLineAsync(Token) is { } line && line.StartsWith("data: ", StringComparison.Ordinal))
            {
                var told = JsonSerializer.Deserialize(line[6..], ContractsJson.Default.DownloadResponse)!;
                Assert.Equal("distilbert", told.Key);
                if (states.LastOrDefault() != told.State)
                {
                    states.Add(told.State);
                }
            }
        }

        Assert.Equal(["queued", "resolving", "downloading", "cancelled", "queued", "resolving", "downloading", "verifying", "done"], states);

        // The listener leaves in the middle of it, which is no error.
        watch.Dispose();
        Assert.Equal(HttpStatusCode.OK, (await service.Http.GetAsync("/health", Token)).StatusCode);
        Assert.DoesNotContain("fail:", service.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_had_is_said_with_its_reason()
    {
        await using var service = await ModelService.StartAsync(services, _hub);
        var repository = KnownRepositories.Add(_hub, "distilbert");
        repository.Faults(TestRepository.ModelFile).SentInstead = new byte[repository.Files[TestRepository.ModelFile].Length];

        var tampered = await service.DownloadAsync("""{ "model": "distilbert" }""", "distilbert");
        Assert.Equal("failed", tampered.State);
        Assert.Contains("onnx/model.onnx", tampered.Error, StringComparison.Ordinal);
        Assert.Equal(409, (await service.PostAsync("/models/distilbert/activate")).Status);

        repository.Faults(TestRepository.ModelFile).StatedSize = 1L << 40;
        var full = await service.DownloadAsync("""{ "model": "distilbert" }""", "distilbert");
        Assert.Equal("failed", full.State);
        Assert.Contains("MB are free", full.Error, StringComparison.Ordinal);

        // Of what the catalog knows, what the hub says comes with the download; of all else, at once.
        Assert.Equal("failed", (await service.DownloadAsync("""{ "model": "gpt2" }""", "gpt2")).State);
        await AssertRefusedAsync(404, "Not on the hub", """{ "repository": "nobody/nothing" }""");
        await AssertRefusedAsync(400, "Not a name", """{ "repository": "../../etc" }""");
        await AssertRefusedAsync(422, "The model is refused", """{ "repository": "Xenova/distilbert-base-uncased-finetuned-sst-2-english", "key": "Upper" }""");
        await AssertRefusedAsync(422, "The model is refused", """{ "repository": "Xenova/distilbert-base-uncased-finetuned-sst-2-english", "key": "vader" }""");
        await AssertRefusedAsync(404, "No such model", """{ "model": "nothing" }""");
        await AssertRefusedAsync(409, null, """{ "model": "vader" }""");
        await AssertRefusedAsync(400, null, "{}");
        await AssertRefusedAsync(400, null, """{ "model": " ", "repository": "" }""");
        await AssertRefusedAsync(400, null, """{ "model": "gpt2", "repository": "a/b" }""");
        await AssertRefusedAsync(400, null, """{ "modell": "gpt2" }""");
        await AssertRefusedAsync(400, null, "[");
        _hub.Token = "of-somebody-else";
        await AssertRefusedAsync(403, "The hub refuses", """{ "repository": "owner/private" }""");
        Assert.Equal((404, 404, 404), (
            (await service.SendAsync(HttpMethod.Get, "/models/nothing")).Status,
            (await service.PostAsync("/models/nothing/activate")).Status,
            (await service.SendAsync(HttpMethod.Delete, "/models/nothing")).Status));
        Assert.Equal(409, (await service.SendAsync(HttpMethod.Delete, "/models/vader")).Status);
        Assert.Equal(("vader", 11), ((await service.ListAsync()).Active, (await service.ListAsync()).Models.Count));

        async Task AssertRefusedAsync(int status, string? title, string request)
        {
            var (actual, problem) = await service.PostAsync("/models/download", request);
            Assert.True(status == actual, $"{request}: {problem}");
            Assert.Equal(title ?? (string?)problem["title"], (string?)problem["title"]);
        }
    }

    [Fact]
    public async Task Offline_nothing_is_downloaded_and_everything_else_works()
    {
        await using var service = await ModelService.StartAsync(services, _hub, "a", ("HF_HUB_OFFLINE", "1"), ("Models__Default", "compact"));

        foreach (var request in new[] { """{ "model": "distilbert" }""", """{ "repository": "owner/any" }""" })
        {
            var (status, problem) = await service.PostAsync("/models/download", request);
            Assert.Equal((409, "Offline"), (status, (string?)problem["title"]));
        }

        Assert.True((await service.ListAsync()).Offline);
        Assert.Equal((SentimentLabel.Positive, "compact"), await service.PredictAsync("I love this, it is wonderful!") is var answer ? (answer.Sentiment, answer.ModelUsed) : default);
        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public async Task A_repository_that_the_catalog_does_not_know_is_added_by_its_name_and_stays()
    {
        var folder = Directory.CreateTempSubdirectory("added-").FullName;
        var repository = TestRepository.WriteBert(folder, opinions: [.. Opinions.For(5), ("I love this, it is wonderful!", 4), ("What a great day, thank you all.", 4), ("This is terrible, I hate it.", 0), ("The worst service I have ever had.", 0)]);
        _hub.AddFolder("Somebody/Stars-v2", folder);
        _hub.AddFolder("Another/stars-v2", folder);
        await using var service = await ModelService.StartAsync(services, _hub);

        var end = await service.DownloadAsync("""{ "repository": "Somebody/Stars-v2" }""", "stars-v2");
        Assert.True(end.State == "done", end.Error);
        var (status, problem) = await service.PostAsync("/models/download", """{ "repository": "Another/stars-v2" }""");
        Assert.Equal((422, "stars-v2 is Somebody/Stars-v2 already: give Another/stars-v2 another key."), (status, (string?)problem["detail"]));
        Assert.Equal("done", (await service.DownloadAsync("""{ "repository": "Another/stars-v2", "key": "other" }""", "other")).State);

        // In chunks, as some clients send it: what the body says counts all the same.
        using var wrong = new HttpRequestMessage(HttpMethod.Post, "/models/stars-v2/activate") { Content = new StringContent("""{ "version": "none" }""", null, "application/json") };
        wrong.Headers.TransferEncodingChunked = true;
        Assert.Equal(HttpStatusCode.Conflict, (await service.Http.SendAsync(wrong, Token)).StatusCode);
        Assert.Equal(200, (await service.PostAsync("/models/stars-v2/activate", $$"""{ "version": "{{end.Version}}" }""")).Status);
        Assert.Equal(200, (await service.PostAsync("/models/stars-v2/activate", "{}")).Status);

        await service.KillAsync();
        await service.StartAsync();

        var list = await service.ListAsync();
        Assert.Equal(("stars-v2", end.Version, 13), (list.Active, list.ActiveVersion, list.Models.Count));
        foreach (var (text, label) in repository.Opinions)
        {
            Assert.Equal((Labels.Of(label, 5), "stars-v2"), await service.PredictAsync(text) is var answer ? (answer.Sentiment, answer.ModelUsed) : default);
        }

        Assert.Equal(200, (await service.SendAsync(HttpMethod.Delete, "/models/other")).Status);
        Assert.Equal(404, (await service.SendAsync(HttpMethod.Get, "/models/other")).Status);
        Directory.Delete(folder, recursive: true);
    }
}
