using System.Net;
using System.Net.Http.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using SocialSentiment.AppHost.Commands;
using SocialSentiment.AppHost.Tests.Support;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Models;

namespace SocialSentiment.AppHost.Tests.Commands;

/// <summary>The commands against what the model service answers, written by its own contracts.</summary>
public class ModelCommandsTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lists_models_with_the_active_one_and_how_far_downloads_are()
    {
        var service = new AnsweringService();
        service.Answers["GET /models"] = () => JsonContent.Create(
            List(
                Model("compact", ModelState.Loaded) with { Active = true, Version = "0123456789ab", Loaded = new LoadedModelResponse("0123456789ab", "int8", 30, null, 35, s_now, 0) },
                Model("distilbert", ModelState.Downloading) with { Download = new DownloadResponse("distilbert", "downloading", 25_000_000, 100_000_000, "model.onnx", 1e6, 75, null, null, s_now, null) },
                Model("openai", ModelState.Unavailable) with { Reason = "No endpoint is configured." }),
            ContractsJson.Default.ModelListResponse);

        var result = await ModelCommands.ListAsync(service.Client, Arguments(), Token);

        Assert.Equal("3 models; compact labels posts.", result.Message);
        Assert.Equal(
            """
            | Model | State | Version | Precision | Memory |  |
            | --- | --- | --- | --- | --- | --- |
            | **compact** | active | 0123456789ab | int8 | 35 MB |  |
            | distilbert | downloading |  |  |  | 25 % of 100 MB, 0:01:15 left |
            | openai | unavailable |  |  |  | No endpoint is configured. |

            """.ReplaceLineEndings("\n"),
            result.Data!.Value);
    }

    [Theory]
    [InlineData(null, "{}")]
    [InlineData("0123456789ab", """{"version":"0123456789ab"}""")]
    public async Task Activates_a_model_in_the_version_that_was_asked_for(string? version, string body)
    {
        var service = new AnsweringService();
        service.Answers["POST /models/twitter-roberta/activate"] = () => JsonContent.Create(
            new ActivationResponse("twitter-roberta", "0123456789ab", "fp32", "Not as wished.", "me", s_now, "compact"), ContractsJson.Default.ActivationResponse);

        var result = await ModelCommands.ActivateAsync(service.Client, Arguments(("model", " twitter-roberta "), ("version", version)), Token);

        Assert.True(result.Success);
        Assert.Equal("twitter-roberta 0123456789ab (fp32) labels posts from now on. Not as wished.", result.Message);
        Assert.Equal(body, Assert.Single(service.Bodies));
    }

    [Fact]
    public async Task Says_why_a_model_was_refused()
    {
        var service = new AnsweringService { Status = HttpStatusCode.UnprocessableEntity };
        service.Answers["POST /models/base/activate"] = () => JsonContent.Create(new Dictionary<string, string> { ["detail"] = "base has no sentiment head." });

        var result = await ModelCommands.ActivateAsync(service.Client, Arguments(("model", "base"), ("version", null)), Token);

        Assert.False(result.Success);
        Assert.Equal("base has no sentiment head.", result.Message);
    }

    [Theory]
    [InlineData(null, "compact")]
    [InlineData("distilbert", "distilbert")]
    public async Task Takes_back_the_last_change_of_the_model_named_or_of_the_active_one(string? named, string asked)
    {
        var service = new AnsweringService();
        service.Answers["GET /models"] = () => JsonContent.Create(List(Model("compact", ModelState.Loaded)), ContractsJson.Default.ModelListResponse);
        service.Answers[$"POST /models/{asked}/rollback"] = () => JsonContent.Create(
            new ActivationResponse("vader", "3.3.2", "rules", null, "me", s_now, asked), ContractsJson.Default.ActivationResponse);

        var result = await ModelCommands.RollBackAsync(service.Client, Arguments(("model", named)), Token);

        Assert.Equal("vader 3.3.2 (rules) labels posts from now on.", result.Message);
    }

    [Theory]
    [InlineData("distilbert", """{"model":"distilbert"}""")]
    [InlineData("Xenova/some-model", """{"repository":"Xenova/some-model"}""")]
    public async Task Downloads_a_model_by_its_key_and_a_repository_by_its_name(string wanted, string body)
    {
        var service = new AnsweringService { Status = HttpStatusCode.Accepted };
        service.Answers["POST /models/download"] = () => JsonContent.Create(
            new DownloadResponse("some-model", "queued", 0, null, null, null, null, null, null, s_now, null), ContractsJson.Default.DownloadResponse);

        var result = await ModelCommands.DownloadAsync(service.Client, Arguments(("model", wanted)), Token);

        Assert.Equal("The download of some-model has begun; \"List models\" shows how far it is.", result.Message);
        Assert.Equal(body, Assert.Single(service.Bodies));
    }

    private static InteractionInputCollection Arguments(params (string Name, string? Value)[] values)
        => new([.. values.Select(value => new InteractionInput { Name = value.Name, InputType = InputType.Text, Value = value.Value })]);

    private static ModelListResponse List(params ModelResponse[] models) => new("compact", "0123456789ab", "worker-1", "cpu", null, false, "https://hub", 35, 1000, models);

    private static ModelResponse Model(string key, ModelState state)
        => new(key, key, "", state, false, ["sentiment"], "bert", "hub", null, null, "", [], null, null, null, null, [], null, null, null, null, null);
}
