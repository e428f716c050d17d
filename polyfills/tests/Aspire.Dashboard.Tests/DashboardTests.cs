using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Aspire.Dashboard.Tests;

/// <summary>The real dashboard.</summary>
public sealed class DashboardTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_browser_shows_a_resource_its_log_its_relations_its_commands_and_its_telemetry()
    {
        var said = new TaskCompletionSource<string?>();
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions());
        builder.Configuration["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true";
        builder.Configuration["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        builder.Configuration["DcpPublisher:WaitForResourceCleanup"] = "true";
        var api = builder.AddExecutable("api", "sleep", ".", "1000").WithHttpEndpoint();
        var worker = builder.AddExecutable("worker", "sh", ".", "-c", "echo the worker works; exec sleep 1000")
            .WithReference(api.GetEndpoint("http"))
            .WithCommand("say", "Say it", Say, new CommandOptions { Arguments = [new() { Name = "text", Label = "Text", InputType = InputType.Text, Required = true }] });

        await using var app = builder.Build();
        await app.StartAsync(Stop);
        var dashboard = app.Services.GetRequiredService<IDashboardEndpoints>();
        await WaitUntilListeningAsync(dashboard);

        await using var browser = await Browser.OpenAsync(dashboard.FrontendLoginUrl!);
        var page = browser.Page;

        // Resources, and a command that asks for its argument.
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "worker" });
        await Expect(row).ToContainTextAsync("Running");
        await Expect(row).ToContainTextAsync("sh -c");
        await row.GetByRole(AriaRole.Button, new() { Name = "Actions" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Say it" }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Text" }).FillAsync("hello");
        await page.Locator("fluent-dialog").GetByText("Say it", new() { Exact = true }).Last.ClickAsync();
        Assert.Equal("hello", await said.Task.WaitAsync(Stop));
        await Expect(page.GetByText("worker \"Say it\" succeeded")).ToBeVisibleAsync();

        // Console log, live.
        await page.GotoAsync("/consolelogs/resource/worker");
        await Expect(page.GetByText("the worker works", new() { Exact = true })).ToBeVisibleAsync();
        app.Services.GetRequiredService<ResourceLoggerService>().GetLogger(worker.Resource).LogInformation("and works on");
        await Expect(page.GetByText("and works on")).ToBeVisibleAsync();

        // Graph.
        await page.GotoAsync("/?view=Graph");
        await Expect(page.Locator("svg text").GetByText("worker")).ToBeVisibleAsync();

        // Telemetry.
        await SendLogAsync(dashboard, "the worker reports");
        await page.GotoAsync("/structuredlogs");
        await Expect(page.GetByText("the worker reports")).ToBeVisibleAsync();

        await app.StopAsync(Stop);

        Task<ExecuteCommandResult> Say(ExecuteCommandContext context)
        {
            said.SetResult(context.Arguments.GetString("text"));
            return Task.FromResult(CommandResults.Success());
        }
    }

    [Fact]
    public async Task Without_the_token_there_is_only_the_login()
    {
        await using var host = await TestAppHost.StartAsync(("ASPNETCORE_URLS", "http://127.0.0.1:0"));
        await host.Dashboard.StartAsync(Stop);
        await WaitUntilListeningAsync(host.Dashboard);
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });

        using var response = await http.GetAsync(new Uri(host.Dashboard.FrontendLoginUrl!).GetLeftPart(UriPartial.Authority), Stop);

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("/login", response.Headers.Location!.AbsolutePath);
    }

    [Fact]
    public async Task An_address_in_use_is_said_so_at_once()
    {
        using var other = new TcpListener(IPAddress.Loopback, port: 0);
        other.Start();
        var url = $"http://{other.LocalEndpoint}";
        await using var host = await TestAppHost.StartAsync(("ASPNETCORE_URLS", url));

        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => host.Dashboard.StartAsync(Stop));

        Assert.Contains($"cannot listen on {url}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dashboard_that_is_not_there_is_named()
    {
        await using var host = await TestAppHost.StartAsync(("ASPNETCORE_URLS", "http://127.0.0.1:0"), ("ASPIRE_DASHBOARD_PATH", "/nowhere/aspire-managed"));

        var error = await Assert.ThrowsAsync<DistributedApplicationException>(() => host.Dashboard.StartAsync(Stop));

        Assert.Contains("/nowhere/aspire-managed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_dashboard_is_left_to_the_real_package()
    {
        await using var host = await TestAppHost.StartAsync(("ASPNETCORE_URLS", "http://127.0.0.1:0"), ("ASPIRE_DASHBOARD_PATH", "/nowhere/Aspire.Dashboard.dll"));

        await Assert.ThrowsAsync<PlatformNotSupportedException>(() => host.Dashboard.StartAsync(Stop));
    }

    private static async Task WaitUntilListeningAsync(IDashboardEndpoints dashboard)
        => Assert.True(await Listening.WaitAsync(new Uri(dashboard.FrontendLoginUrl!), Stop));

    /// <summary>What any OpenTelemetry exporter would send for the resource.</summary>
    private static async Task SendLogAsync(IDashboardEndpoints dashboard, string text)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("x-otlp-api-key", dashboard.OtlpApiKey);
        var log = new
        {
            resourceLogs = new[]
            {
                new
                {
                    resource = new { attributes = new[] { Attribute("service.name", "worker"), Attribute("service.instance.id", "worker") } },
                    scopeLogs = new[] { new { logRecords = new[] { new { timeUnixNano = "1767355200000000000", severityNumber = 9, body = new { stringValue = text } } } } },
                },
            },
        };

        using var response = await http.PostAsJsonAsync($"{dashboard.OtlpHttpUrl}/v1/logs", log, Stop);
        response.EnsureSuccessStatusCode();

        static object Attribute(string key, string value) => new { key, value = new { stringValue = value } };
    }
}
