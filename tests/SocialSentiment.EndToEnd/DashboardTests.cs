using System.Net;
using System.Text.Json;
using Microsoft.Playwright;
using SocialSentiment.EndToEnd.Running;

namespace SocialSentiment.EndToEnd;

/// <summary>What an operator sees and does.</summary>
[Collection(StackTests.Name)]
public sealed class DashboardTests(StackFixture running)
{
    private static readonly string[] s_resources = ["postgres", "sentiment", "rabbitmq", "api", "worker", "web"];
    private static readonly string[] s_services = ["api", "worker", "web"];

    private Stack Stack => running.Stack;

    [Fact]
    public async Task Every_resource_runs_and_is_healthy_within_a_minute()
    {
        Assert.True(running.StartedWithin < TimeSpan.FromSeconds(60), $"It took {running.StartedWithin}.");

        var page = await running.Browser.OpenDashboardAsync(Stack);
        foreach (var resource in s_resources)
        {
            await Assertions.Expect(Row(page, resource)).ToContainTextAsync("Running");
            await Assertions.Expect(Row(page, resource)).Not.ToContainTextAsync("Unhealthy");
        }
    }

    [Fact]
    public async Task Logs_traces_and_metrics_of_every_service_arrive()
    {
        using var http = new HttpClient();
        await http.GetStringAsync(Stack.Web, TestContext.Current.CancellationToken);
        await http.GetStringAsync(new Uri(Stack.Models, "/status"), TestContext.Current.CancellationToken);
        using var telemetry = await Telemetry.OpenAsync(Stack);

        await Eventually.HoldsAsync("each service has logs, traces and metrics", TimeSpan.FromSeconds(30), async () =>
        {
            var known = (await telemetry.GetAsync("resources")).EnumerateArray().ToArray();
            return s_services.All(service => known.Any(resource =>
                resource.GetProperty("name").GetString() == service
                && resource.GetProperty("hasLogs").GetBoolean()
                && resource.GetProperty("hasTraces").GetBoolean()
                && resource.GetProperty("hasMetrics").GetBoolean()));
        });
    }

    [Fact]
    public async Task One_page_load_is_one_trace_across_web_and_api()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, Stack.Web);
        var traceId = System.Diagnostics.ActivityTraceId.CreateRandom().ToHexString();
        request.Headers.Add("traceparent", $"00-{traceId}-{System.Diagnostics.ActivitySpanId.CreateRandom().ToHexString()}-01");
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        using var telemetry = await Telemetry.OpenAsync(Stack);
        await Eventually.HoldsAsync("the trace holds spans of web and api", TimeSpan.FromSeconds(20), async () =>
        {
            var services = ServicesOf(await telemetry.GetAsync($"traces/{traceId}"));
            return services.Contains("web") && services.Contains("api");
        });
    }

    [Fact]
    public async Task Console_logs_show_each_service()
    {
        foreach (var service in s_services)
        {
            var page = await running.Browser.OpenDashboardAsync(Stack, $"/consolelogs/resource/{service}");
            await Assertions.Expect(page.Locator(".log-overflow")).ToContainTextAsync("Now listening on");
            await page.CloseAsync();
        }
    }

    [Fact]
    public async Task A_killed_api_comes_back_and_the_web_page_recovers_by_itself()
    {
        var web = await running.Browser.NewPageAsync();
        await web.GotoAsync(Stack.Web.ToString());
        var api = web.Locator("article", new() { Has = web.GetByRole(AriaRole.Heading, new() { Name = "API", Exact = true }) }).Locator("[data-state]");
        await Assertions.Expect(api).ToHaveAttributeAsync("data-state", "Running");
        var dashboard = await running.Browser.OpenDashboardAsync(Stack);
        await Assertions.Expect(Row(dashboard, "api")).ToContainTextAsync("Running");

        var killed = Stack.Processes.PidsOf("SocialSentiment.Api").Single();
        ProcessTable.Signal(killed, ProcessTable.SigKill);

        await Assertions.Expect(Row(dashboard, "api")).Not.ToContainTextAsync("Running", new() { Timeout = 15_000 });
        await Assertions.Expect(Row(dashboard, "api")).ToContainTextAsync("Running", new() { Timeout = 30_000 });
        await Eventually.HoldsAsync("a new API process runs", TimeSpan.FromSeconds(30), () => Stack.Processes.PidsOf("SocialSentiment.Api").Any(pid => pid != killed));
        await Stack.WaitUntilHealthyAsync(TimeSpan.FromSeconds(30));
        await Assertions.Expect(api).ToHaveAttributeAsync("data-state", "Running", new() { Timeout = 40_000 });
    }

    [Fact]
    public async Task A_service_whose_launcher_is_killed_does_not_live_on_unseen()
    {
        await Stack.WaitUntilHealthyAsync(TimeSpan.FromSeconds(30));
        var orphan = Stack.Processes.PidsOf("SocialSentiment.MlWorker").Single();
        var launcher = Stack.Processes.Alive().Single(process => process.CommandLine.Contains("run --project", StringComparison.Ordinal) && process.CommandLine.Contains("MlWorker.csproj", StringComparison.Ordinal));

        ProcessTable.Signal(launcher.Pid, ProcessTable.SigKill);

        await Eventually.HoldsAsync("another worker took over", TimeSpan.FromSeconds(40), () =>
            Stack.Processes.PidsOf("SocialSentiment.MlWorker").ToArray() is [var heir] && heir != orphan);
        await Stack.WaitUntilHealthyAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task An_operators_stop_stays_stopped_until_start()
    {
        var page = await running.Browser.OpenDashboardAsync(Stack);
        var row = Row(page, "worker");
        await Assertions.Expect(row).ToContainTextAsync("Running");

        await row.GetByTitle("Stop resource").ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("Finished", new() { Timeout = 30_000 });

        // Nothing to await where nothing may happen: it stays down for longer than the first restart would take.
        await Assertions.Expect(row).Not.ToContainTextAsync("Finished", new() { Timeout = 5_000 })
            .ContinueWith(watching => Assert.True(watching.IsFaulted, "The worker came back though an operator had stopped it."), TestContext.Current.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default);

        await row.GetByTitle("Start resource").ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("Running", new() { Timeout = 30_000 });
    }

    [Fact]
    public async Task Health_of_the_api_names_postgres_when_it_is_gone_and_recovers()
    {
        using var http = new HttpClient();
        var page = await running.Browser.OpenDashboardAsync(Stack);
        var row = Row(page, "postgres");
        await row.GetByTitle("Stop resource").ClickAsync();

        await Eventually.HoldsAsync("the API says that PostgreSQL is down", TimeSpan.FromSeconds(40), async () =>
        {
            using var response = await http.GetAsync(new Uri(Stack.Api, "/health"), TestContext.Current.CancellationToken);
            var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return response.StatusCode == HttpStatusCode.ServiceUnavailable && UnhealthyNames(body).SequenceEqual(["postgresql"]);
        });

        await row.GetByTitle("Start resource").ClickAsync();
        await Eventually.HoldsAsync("the API is healthy again", TimeSpan.FromSeconds(40), async () =>
        {
            using var response = await http.GetAsync(new Uri(Stack.Api, "/health"), TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode;
        });
    }

    private static ILocator Row(IPage page, string resource) =>
        page.Locator("tr.fluent-data-grid-row", new() { Has = page.GetByText(resource, new() { Exact = true }) }).First;

    private static HashSet<string> ServicesOf(JsonElement trace) =>
        [.. trace.GetProperty("data").GetProperty("resourceSpans").EnumerateArray()
            .SelectMany(resource => resource.GetProperty("resource").GetProperty("attributes").EnumerateArray())
            .Where(attribute => attribute.GetProperty("key").GetString() == "service.name")
            .Select(attribute => attribute.GetProperty("value").GetProperty("stringValue").GetString()!)];

    private static IEnumerable<string> UnhealthyNames(string health)
    {
        using var document = JsonDocument.Parse(health);
        return [.. document.RootElement.GetProperty("checks").EnumerateArray()
            .Where(check => check.GetProperty("status").GetString() == "unhealthy")
            .Select(check => check.GetProperty("name").GetString()!)];
    }
}
