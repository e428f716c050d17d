using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Status;
using SocialSentiment.ServiceDefaults.Health;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.ServiceDefaults.Tests.Health;

public sealed class HealthEndpointsTests
{
    private const string Secret = "Password=hunter2";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_names_each_dependency_in_snake_case()
    {
        await using var service = await Service.StartAsync(builder => builder.Services.AddHealthChecks()
            .AddCheck("database", () => HealthCheckResult.Healthy("answers"))
            .AddCheck("cache", () => HealthCheckResult.Degraded("slow")));

        var (status, body) = await GetAsync(service, "/health");

        Assert.Equal(HttpStatusCode.OK, status);
        var root = JsonDocument.Parse(body).RootElement;
        Assert.Equal("degraded", root.GetProperty("status").GetString());
        Assert.True(root.GetProperty("duration_ms").GetDouble() >= 0);
        Assert.Equal(
            ["cache degraded slow", "database healthy answers", "startup healthy started"],
            root.GetProperty("checks").EnumerateArray().Select(check =>
                $"{check.GetProperty("name")} {check.GetProperty("status")} {check.GetProperty("description")}"));
    }

    [Theory]
    [InlineData("Production", false)]
    [InlineData("Development", true)]
    public async Task An_errors_own_words_stay_on_the_developers_machine(string environment, bool shown)
    {
        await using var service = await Service.StartAsync(
            builder => builder.Services.AddHealthChecks().AddCheck("database", () => throw new InvalidOperationException(Secret)),
            environment: environment);

        var (status, body) = await GetAsync(service, "/health");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("\"error\":\"InvalidOperationException\"", body, StringComparison.Ordinal);
        Assert.Equal(shown, body.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_check_that_hangs_is_given_up()
    {
        await using var service = await Service.StartAsync(builder => builder.Services.AddHealthChecks()
            .Add(new HealthCheckRegistration("deaf", new Hanging(), HealthStatus.Unhealthy, [], TimeSpan.FromMilliseconds(200)))
            .Add(new HealthCheckRegistration("blocking", _ => new Blocking(), HealthStatus.Degraded, [], TimeSpan.FromMilliseconds(200))));

        var health = (await service.Client().GetAsync("/health", Token)).Content.ReadFromJsonAsync(ContractsJson.Default.HealthResponse, Token);

        var checks = (await health)!.Checks.ToDictionary(check => check.Name);
        Assert.Equal((HealthState.Unhealthy, "no answer within 0.2 s"), (checks["deaf"].Status, checks["deaf"].Description));
        Assert.Equal((HealthState.Degraded, "no answer within 0.2 s"), (checks["blocking"].Status, checks["blocking"].Description));
    }

    [Fact]
    public async Task Starting_is_unhealthy_until_all_the_work_is_done()
    {
        await using var service = await Service.StartAsync();
        var readiness = service.App.Services.GetRequiredService<StartupReadiness>();
        readiness.Expect("migrations");
        readiness.Expect("warm-up");
        readiness.Complete("warm-up");

        var (status, body) = await GetAsync(service, "/health");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("waiting for: migrations\"", body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(service, "/alive")).Status);

        readiness.Complete("migrations");
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(service, "/health")).Status);
    }

    [Fact]
    public async Task Alive_asks_only_about_the_process()
    {
        await using var service = await Service.StartAsync(builder => builder.Services.AddHealthChecks()
            .AddCheck("database", () => HealthCheckResult.Unhealthy())
            .AddCheck("loop", () => HealthCheckResult.Healthy(), tags: [HealthTags.Live]));

        var (status, body) = await GetAsync(service, "/alive");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("loop", body, StringComparison.Ordinal);
        Assert.DoesNotContain("database", body, StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(TestWebApp service, string path)
    {
        using var response = await service.Client().GetAsync(path, Token);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }

    private sealed class Hanging : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
            => new TaskCompletionSource<HealthCheckResult>().Task;
    }

    private sealed class Blocking : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            cancellationToken.WaitHandle.WaitOne();
            new ManualResetEventSlim().Wait(TimeSpan.FromSeconds(30), Token);
            return Task.FromResult(HealthCheckResult.Healthy());
        }
    }
}
