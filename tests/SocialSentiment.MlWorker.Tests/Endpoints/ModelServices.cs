using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Models;
using SocialSentiment.Contracts.Predictions;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Endpoints;

/// <summary>
/// A broker for model services, each of which is a process of its own. Those of one test are told of each other's
/// decisions, and so the tests take turns.
/// </summary>
[CollectionDefinition(Collection)]
public sealed class ModelServices : ICollectionFixture<ModelServices>, IAsyncLifetime
{
    public const string Collection = "model services";

    internal TestRabbitMq RabbitMq { get; private set; } = null!;

    public async ValueTask InitializeAsync() => RabbitMq = await TestRabbitMq.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => RabbitMq.DisposeAsync();
}

/// <summary>The model service as a process with a folder of its own, which outlives it.</summary>
internal sealed class ModelService : IAsyncDisposable
{
    private static readonly string s_worker = Path.Combine(AppContext.BaseDirectory, "SocialSentiment.MlWorker.dll");
    private readonly string _folder = Directory.CreateTempSubdirectory("service-").FullName;
    private readonly Dictionary<string, string> _environment;
    private ServerProcess? _process;

    private ModelService(TestRabbitMq rabbitMq, HubStandIn? hub, string name, (string Name, string Value)[] environment)
    {
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{FreePort.Next()}") };
        _environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = Http.BaseAddress.ToString(),
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={name}",
            ["ConnectionStrings__rabbitmq"] = rabbitMq.ConnectionString,
            ["ModelStore__Folder"] = _folder,
            ["Models__Default"] = "vader",
            ["Hub__RetryDelay"] = "00:00:00.001",
            ["HF_ENDPOINT"] = hub?.Address.ToString() ?? "http://127.0.0.1:1",
        };
        foreach (var (key, value) in environment)
        {
            _environment[key] = value;
        }
    }

    public HttpClient Http { get; }

    public string Output => _process?.Output ?? "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<ModelService> StartAsync(ModelServices services, HubStandIn? hub = null, string name = "a", params (string Name, string Value)[] environment)
    {
        var service = new ModelService(services.RabbitMq, hub, name, environment);
        await service.StartAsync();
        return service;
    }

    public async Task StartAsync()
    {
        _process = ServerProcess.Start("dotnet", [s_worker], _environment);
        await Eventually.GetAsync(
            async () =>
            {
                try
                {
                    return (await Http.GetAsync("/health", Token)).StatusCode;
                }
                catch (HttpRequestException) when (!_process.HasExited)
                {
                    return HttpStatusCode.ServiceUnavailable;
                }
            },
            status => status == HttpStatusCode.OK,
            Token);
    }

    public Task KillAsync() => _process!.KillAsync();

    public async Task<ModelListResponse> ListAsync() => (await Http.GetFromJsonAsync("/models", ContractsJson.Default.ModelListResponse, Token))!;

    public async Task<ModelResponse> GetAsync(string key) => (await Http.GetFromJsonAsync($"/models/{key}", ContractsJson.Default.ModelResponse, Token))!;

    public async Task<ModelPrediction> PredictAsync(string text, string? model = null)
    {
        using var response = await Http.PostAsJsonAsync("/predict", new PredictRequest(text, model), ContractsJson.Default.PredictRequest, Token);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Token));
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.ModelPrediction, Token))!;
    }

    /// <summary>Sends what is written, as curl would, and gives the answer's status and JSON.</summary>
    public async Task<(int Status, JsonNode Answer)> SendAsync(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = json is null ? null : new StringContent(json, System.Text.Encoding.UTF8, "application/json");

        // As curl does with what is large: who is refused at once need not send it all into a closed line.
        request.Headers.ExpectContinue = json?.Length > 1_000_000;
        using var response = await Http.SendAsync(request, Token);
        var body = await response.Content.ReadAsStringAsync(Token);
        if ((int)response.StatusCode >= 400)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }

        return ((int)response.StatusCode, JsonNode.Parse(body)!);
    }

    public Task<(int Status, JsonNode Answer)> PostAsync(string path, string? json = null) => SendAsync(HttpMethod.Post, path, json);

    /// <summary>Starts a download and waits for its end.</summary>
    public async Task<DownloadResponse> DownloadAsync(string request, string key)
    {
        var (status, answer) = await PostAsync("/models/download", request);
        Assert.True(status == 202, answer.ToString());
        return await DownloadedAsync(key);
    }

    public async Task<DownloadResponse> DownloadedAsync(string key)
        => (await Eventually.GetAsync(() => GetAsync(key), model => model.Download?.FinishedAt is not null, Token)).Download!;

    public async Task ActivateAsync(string key)
    {
        var (status, answer) = await PostAsync($"/models/{key}/activate");
        Assert.True(status == 200, answer.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
