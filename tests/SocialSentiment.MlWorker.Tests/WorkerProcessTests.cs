using System.Net;
using System.Net.Http.Json;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Status;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.MlWorker.Tests;

/// <summary>The worker as the AppHost runs it: a process of its own that is told everything by its environment.</summary>
public sealed class WorkerProcessTests : IDisposable
{
    private static readonly string s_worker = Path.Combine(AppContext.BaseDirectory, "SocialSentiment.MlWorker.dll");
    private readonly string _folder = Directory.CreateTempSubdirectory("worker-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_serves_where_it_is_told_and_names_the_broker()
    {
        await using var rabbitMq = await TestRabbitMq.StartAsync(Token);
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        await using var worker = ServerProcess.Start("dotnet", [s_worker], new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = address,
            ["OTEL_SERVICE_NAME"] = "model-service",
            ["ConnectionStrings__rabbitmq"] = rabbitMq.ConnectionString,
            ["ModelStore__Folder"] = _folder,
        });
        using var http = new HttpClient { BaseAddress = new Uri(address) };

        await Eventually.TrueAsync(() => AnswersAsync(http, "/health", HttpStatusCode.OK), Token);
        var status = await http.GetFromJsonAsync("/status", ContractsJson.Default.StatusResponse, Token);
        Assert.Equal("model-service", status!.Service);
        Assert.Equal(
            [("model", DependencyState.Running), ("rabbitmq", DependencyState.Running)],
            status.Dependencies.Select(dependency => (dependency.Name, dependency.State)).OrderBy(dependency => dependency.Name, StringComparer.Ordinal));

        await rabbitMq.KillAsync();
        await Eventually.TrueAsync(() => AnswersAsync(http, "/health", HttpStatusCode.ServiceUnavailable), Token);
        Assert.True(await AnswersAsync(http, "/alive", HttpStatusCode.OK));
    }

    [Fact]
    public async Task A_wrong_configuration_is_listed_in_full_and_ends_the_process()
    {
        var (exitCode, output) = await ServerProcess.RunAsync("dotnet", [s_worker], Token, new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{FreePort.Next()}",
            ["OTEL_SERVICE_NAME"] = "model-service",
            ["ModelStore__Folder"] = _folder,
            ["HttpResilience__MaxRetries"] = "99",
            ["HttpResilience__BreakerFailureRatio"] = "7",
        });

        Assert.Equal(78, exitCode);
        Assert.Equal(
            """
            model-service cannot start: its configuration has 2 errors.
              - HttpResilience:MaxRetries: The field MaxRetries must be between 0 and 10.
              - HttpResilience:BreakerFailureRatio: The field BreakerFailureRatio must be between 0.01 and 1.
            """,
            output);
    }

    private static async Task<bool> AnswersAsync(HttpClient http, string path, HttpStatusCode expected)
    {
        try
        {
            return (await http.GetAsync(path, Token)).StatusCode == expected;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
