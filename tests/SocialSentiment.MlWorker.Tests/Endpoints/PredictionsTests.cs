using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Predictions;
using SocialSentiment.Testing;
using SocialSentiment.TestModels.Repositories;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Endpoints;

/// <summary>Labels for those who wait, over HTTP.</summary>
[Collection(ModelServices.Collection)]
public sealed class PredictionsTests(ModelServices services)
{
    private const string Key = "the-key-of-this-service";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Good_requests_are_answered_and_bad_ones_are_told_what_is_wrong()
    {
        await using var service = await ModelService.StartAsync(services, null, "a", ("Models__Default", "compact"));

        var (status, answer) = await service.PostAsync("/predict", """{ "text": " I love this, it is wonderful! " }""");
        Assert.Equal((200, "positive", "compact", "mixed"), (status, (string?)answer["sentiment"], (string?)answer["model_used"], (string?)answer["precision"]));
        Assert.Equal((string?)answer["model_version"], (await service.ListAsync()).ActiveVersion);
        Assert.Equal(1, answer["probabilities"]!.AsObject().Sum(pair => (double)pair.Value!), 6);
        Assert.True((double)answer["processing_time_ms"]! > 0);
        Assert.Equal("vader", (await service.PredictAsync("I hate this.", "VADER")).ModelUsed);
        Assert.Equal("ensemble", (await service.PredictAsync("I hate this.", "ensemble")).ModelUsed);

        // One bad text spoils nothing for its neighbours.
        var longText = new string('x', 5_001);
        (status, answer) = await service.PostAsync("/predict/batch", $$"""{ "texts": ["I love it", null, "  ", "{{longText}}", "This is terrible"] }""");
        Assert.Equal((200, 5, 3), (status, (int)answer["batch_size"]!, (int)answer["failed"]!));
        Assert.Equal(["positive", null, null, null, "negative"], answer["results"]!.AsArray().Select(item => (string?)item!["sentiment"]));
        Assert.Equal([false, true, true, true, false], answer["results"]!.AsArray().Select(item => item!["error"] is not null));
        (status, answer) = await service.PostAsync("/predict/batch", """{ "texts": ["", " "] }""");
        Assert.Equal((200, 2, "compact"), (status, (int)answer["failed"]!, (string?)answer["model_used"]));

        // All that data can be.
        Assert.Equal("positive", (string?)(await InferAsync("sentiment", "\"I love it\""))["sentiment"]);
        Assert.Equal("vader", (string?)(await InferAsync("vader", """{ "text": "I love it" }"""))["model_used"]);
        Assert.Equal(2, (int)(await InferAsync("Sentiment", """["I love it", "I hate it"]"""))["batch_size"]!);
        Assert.Equal(1, (int)(await InferAsync("sentiment", """{ "texts": ["I love it", "half \ud83d"] }"""))["failed"]!);

        var thousandAndOne = string.Join(',', Enumerable.Repeat("\"a\"", 1_001));
        foreach (var (path, json, field) in new[]
        {
            ("/predict", "{}", "text"),
            ("/predict", """{ "text": " " }""", "text"),
            ("/predict", """{ "text": 5 }""", "text"),
            ("/predict", $$"""{ "text": "{{longText}}" }""", "text"),
            ("/predict", """{ "text": "half \ud83d" }""", "text"),
            ("/predict", "", "body"),
            ("/predict", "null", "body"),
            ("/predict", """{ "text": """, "text"),
            ("/predict/batch", "{}", "texts"),
            ("/predict/batch", """{ "texts": [] }""", "texts"),
            ("/predict/batch", $$"""{ "texts": [{{thousandAndOne}}] }""", "texts"),
            ("/predict/batch", """{ "texts": "a" }""", "texts"),
            ("/predict/batch", """{ "texts": ["a", "half \ud83d"] }""", "texts[1]"),
            ("/inference", """{ "data": "a" }""", "model_type"),
            ("/inference", """{ "model_type": "sentiment" }""", "data"),
            ("/inference", """{ "model_type": "sentiment", "data": 5 }""", "data"),
            ("/inference", """{ "model_type": "sentiment", "data": [1] }""", "data"),
            ("/inference", """{ "model_type": "sentiment", "data": [] }""", "data"),
            ("/inference", """{ "model_type": "sentiment", "data": {} }""", "data"),
            ("/inference", """{ "model_type": "sentiment", "data": { "text": null } }""", "data"),
            ("/inference", """{ "model_type": "sentiment", "data": " " }""", "data"),
            ("/inference", """{ "model_type": "sentiment", "data": "\ud800" }""", "data"),
        })
        {
            (status, answer) = await service.PostAsync(path, json);
            Assert.True(status == 400 && answer["errors"]?[field] is JsonArray { Count: 1 }, $"{path} {json[..Math.Min(json.Length, 60)]}: {answer}");
        }

        foreach (var (path, json) in new[]
        {
            ("/predict", """{ "text": "a", "model": "nothing" }"""),
            ("/predict/batch", """{ "texts": ["a"], "model": "nothing" }"""),
            ("/inference", """{ "model_type": "nothing", "data": "a" }"""),
        })
        {
            (status, answer) = await service.PostAsync(path, json);
            Assert.Equal((404, "No such model"), (status, (string?)answer["title"]));
            Assert.Contains("Known are: compact, distilbert,", (string?)answer["detail"], StringComparison.Ordinal);
        }

        Assert.Equal(409, (await service.PostAsync("/predict", """{ "text": "a", "model": "distilbert" }""")).Status);
        Assert.Equal(422, (await service.PostAsync("/predict", """{ "text": "a", "model": "templates" }""")).Status);
        Assert.Equal(422, (await service.PostAsync("/predict", """{ "text": "a", "model": "openai" }""")).Status);
        Assert.Equal(413, (await service.PostAsync("/predict", $$"""{ "text": "{{new string('x', 1024 * 1024)}}" }""")).Status);
        using var plain = await service.Http.PostAsync("/predict", new StringContent("I love it"), Token);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, plain.StatusCode);

        async Task<JsonNode> InferAsync(string type, string data)
        {
            var (inferred, result) = await service.PostAsync("/inference", $$"""{ "model_type": "{{type}}", "data": {{data}} }""");
            Assert.True(inferred == 200, result.ToString());
            return result;
        }
    }

    [Fact]
    public async Task More_than_there_is_room_for_is_refused_with_a_time_to_come_again()
    {
        await using var hub = await HubStandIn.StartAsync(Token);
        var folder = Directory.CreateTempSubdirectory("slow-").FullName;
        var repository = TestRepository.WriteRoberta(folder, opinions: [("I love this, it is wonderful!", 2), ("What a great day, thank you all.", 2), ("This is terrible, I hate it.", 0), ("The worst service I have ever had.", 0)]);
        BrokenModels.Slow(repository.Weights, 100_000).Save(repository.Model);
        File.Delete(repository.QuantizedModel);
        hub.AddFolder("owner/slow", folder);
        Directory.Delete(folder, recursive: true);
        await using var service = await ModelService.StartAsync(services, hub, "a", ("Inference__MaxWaiting", "1000"), ("Inference__Runners", "1"));
        Assert.Equal("done", (await service.DownloadAsync("""{ "repository": "owner/slow" }""", "slow")).State);
        await service.ActivateAsync("slow");

        PredictBatchRequest batch = new([.. Enumerable.Repeat("I love this, it is wonderful!", 600)]);
        var first = service.Http.PostAsJsonAsync("/predict/batch", batch, ContractsJson.Default.PredictBatchRequest, Token);
        await Eventually.TrueAsync(async () => (await service.GetAsync("slow")).Loaded!.Inside > 400, Token);
        using var second = await service.Http.PostAsJsonAsync("/predict/batch", batch, ContractsJson.Default.PredictBatchRequest, Token);

        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.Equal("application/problem+json", second.Content.Headers.ContentType?.MediaType);
        Assert.InRange(int.Parse(second.Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture), 1, 10);
        var answer = await (await first).Content.ReadFromJsonAsync(ContractsJson.Default.ModelPredictionBatch, Token);
        Assert.Equal((600, 0, "slow"), (answer!.BatchSize, answer.Failed, answer.ModelUsed));
        Assert.All(answer.Results, result => Assert.Equal(SentimentLabel.Positive, result.Sentiment));
        var metrics = JsonNode.Parse(await service.Http.GetStringAsync("/metrics", Token))!["models"]!.AsArray().Single(model => (string?)model!["key"] == "slow")!;
        Assert.Equal((600, 600), ((int)metrics["texts"]!, (int)metrics["rejected"]!));
    }

    [Fact]
    public async Task In_production_nobody_comes_in_without_the_key_and_health_is_open()
    {
        await using var service = await ModelService.StartAsync(services, null, "a", ("ASPNETCORE_ENVIRONMENT", "Production"), ("Security__ServiceKey", Key));
        (HttpMethod Method, string Path)[] all =
        [
            (HttpMethod.Get, "/models"), (HttpMethod.Get, "/models/vader"), (HttpMethod.Get, "/models/events"), (HttpMethod.Get, "/metrics"),
            (HttpMethod.Post, "/models/download"), (HttpMethod.Post, "/models/vader/activate"), (HttpMethod.Post, "/models/vader/rollback"),
            (HttpMethod.Delete, "/models/vader"), (HttpMethod.Delete, "/models/vader/download"),
            (HttpMethod.Post, "/predict"), (HttpMethod.Post, "/predict/batch"), (HttpMethod.Post, "/inference"),
        ];
        foreach (var (method, path) in all)
        {
            Assert.Equal(401, (await service.SendAsync(method, path)).Status);
        }

        service.Http.DefaultRequestHeaders.Add("X-Api-Key", "wrong");
        Assert.Equal(401, (await service.SendAsync(HttpMethod.Get, "/models")).Status);
        Assert.Equal(HttpStatusCode.OK, (await service.Http.GetAsync("/alive", Token)).StatusCode);

        service.Http.DefaultRequestHeaders.Remove("X-Api-Key");
        service.Http.DefaultRequestHeaders.Add("X-Api-Key", Key);
        Assert.Equal("vader", (await service.PredictAsync("I love it")).ModelUsed);
    }
}
