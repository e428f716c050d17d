using System.Net;
using System.Net.Http.Json;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Status;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests;

/// <summary>With a real PostgreSQL and a real RabbitMQ, which come and go.</summary>
public sealed class DependencyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_api_says_which_server_is_down_and_is_well_again_when_it_is_back()
    {
        var starting = (Postgres: TestPostgres.StartAsync(Token), RabbitMq: TestRabbitMq.StartAsync(Token));
        await using var postgres = await starting.Postgres;
        await using var rabbitMq = await starting.RabbitMq;
        await using var api = new ApiFactory(postgres.ConnectionString, rabbitMq.ConnectionString);
        using var http = api.CreateClient();

        await BecomesAsync(http, HttpStatusCode.OK, HealthState.Healthy, HealthState.Healthy);
        var status = await http.GetFromJsonAsync("/status", ContractsJson.Default.StatusResponse, Token);
        Assert.Equal(["postgresql Running", "rabbitmq Running"], status!.Dependencies.Select(dependency => $"{dependency.Name} {dependency.State}"));
        Assert.All(status.Dependencies, dependency => Assert.InRange(dependency.LatencyMs, 0, 5_000));

        await postgres.KillAsync();
        await BecomesAsync(http, HttpStatusCode.ServiceUnavailable, HealthState.Unhealthy, HealthState.Healthy);
        await postgres.RestartAsync(Token);
        await BecomesAsync(http, HttpStatusCode.OK, HealthState.Healthy, HealthState.Healthy);

        await rabbitMq.KillAsync();
        await BecomesAsync(http, HttpStatusCode.ServiceUnavailable, HealthState.Healthy, HealthState.Unhealthy);
        await rabbitMq.RestartAsync(Token);
        await BecomesAsync(http, HttpStatusCode.OK, HealthState.Healthy, HealthState.Healthy);
    }

    [Fact]
    public async Task The_api_starts_without_them_and_finds_the_broker_when_it_appears()
    {
        await using var rabbitMq = await TestRabbitMq.StartAsync(Token);
        await rabbitMq.KillAsync();
        await using var api = new ApiFactory($"Host=127.0.0.1;Port={FreePort.Next()};Username=u;Password=hunter2;Database=d", rabbitMq.ConnectionString);
        using var http = api.CreateClient();

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/alive", Token)).StatusCode);
        await BecomesAsync(http, HttpStatusCode.ServiceUnavailable, HealthState.Unhealthy, HealthState.Unhealthy);
        Assert.DoesNotContain("hunter2", await http.GetStringAsync("/status", Token), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", await (await http.GetAsync("/health", Token)).Content.ReadAsStringAsync(Token), StringComparison.Ordinal);

        await rabbitMq.RestartAsync(Token);
        await BecomesAsync(http, HttpStatusCode.ServiceUnavailable, HealthState.Unhealthy, HealthState.Healthy);
    }

    [Fact]
    public async Task Without_connection_strings_the_api_starts_and_says_so()
    {
        await using var api = new ApiFactory("", $"amqp://127.0.0.1:{FreePort.Next()}");
        using var http = api.CreateClient();

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/", Token)).StatusCode);
        await BecomesAsync(http, HttpStatusCode.ServiceUnavailable, HealthState.Unhealthy, HealthState.Unhealthy);
    }

    private static async Task BecomesAsync(HttpClient http, HttpStatusCode code, HealthState postgres, HealthState rabbitMq)
    {
        var expected = (code, postgres, rabbitMq);
        await Eventually.GetAsync(AskAsync, answer => answer == expected, Token);

        async Task<(HttpStatusCode, HealthState, HealthState)> AskAsync()
        {
            using var response = await http.GetAsync("/health", Token);
            var health = await response.Content.ReadFromJsonAsync(ContractsJson.Default.HealthResponse, Token);
            return (response.StatusCode, Of("postgresql"), Of("rabbitmq"));

            HealthState Of(string name) => health!.Checks.Single(check => check.Name == name).Status;
        }
    }
}
