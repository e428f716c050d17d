using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SocialSentiment.Contracts.Status;
using SocialSentiment.Testing;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace SocialSentiment.Web.Tests;

/// <summary>What only a real browser can tell: that the page keeps itself up to date and comes back by itself.</summary>
public sealed class BrowserTests : IAsyncLifetime
{
    private static readonly string s_web = Path.Combine(AppContext.BaseDirectory, "SocialSentiment.Web.dll");
    private static readonly string[] s_browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly string _address = $"http://127.0.0.1:{FreePort.Next()}";
    private FakeApi _api = null!;
    private ServerProcess _web = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        SetDefaultExpectTimeout(30_000);
        _api = await FakeApi.StartAsync();
        _web = StartWeb();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = s_browsers.FirstOrDefault(File.Exists) ?? throw new InvalidOperationException("These tests need Chromium: install the package chromium."),
            Args = ["--no-sandbox"],
        });
        using var http = new HttpClient();
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                return (await http.GetAsync($"{_address}/alive", TestContext.Current.CancellationToken)).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_page_follows_the_stack_without_a_reload()
    {
        var page = await OpenAsync();
        await Expect(Headline(page)).ToHaveTextAsync("Everything is running.");

        _api.Database = DependencyState.Down;
        await Expect(Headline(page)).ToHaveTextAsync("PostgreSQL is down.");
        await Expect(page.Locator("[data-state=Down]")).ToHaveTextAsync(new Regex("Down"));

        await _api.StopAsync();
        await Expect(Headline(page)).ToHaveTextAsync("The API cannot be reached.");

        _api.Database = DependencyState.Running;
        await _api.RestartAsync();
        await Expect(Headline(page)).ToHaveTextAsync("Everything is running.");

        // Looking again leaves no traces: only the page load itself is recorded.
        Assert.All(_api.TraceParents.Skip(1), trace => Assert.EndsWith("-00", trace, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_page_comes_back_after_the_web_was_restarted()
    {
        var page = await OpenAsync();
        await _web.KillAsync();
        await Expect(page.GetByText("The connection to this page is lost.")).ToBeVisibleAsync();

        await using var again = StartWeb();
        await Expect(page.GetByText("The connection to this page is lost.")).ToBeHiddenAsync();
        _api.Database = DependencyState.Down;
        await Expect(Headline(page)).ToHaveTextAsync("PostgreSQL is down.");
    }

    [Fact]
    public async Task The_theme_follows_the_system_until_the_visitor_chooses_and_the_choice_is_remembered()
    {
        var page = await OpenAsync(ColorScheme.Dark);
        var dark = await GroundAsync(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Light", Exact = true }).ClickAsync();
        var light = await GroundAsync(page);
        Assert.NotEqual(dark, light);

        await page.ReloadAsync();
        Assert.Equal(light, await GroundAsync(page));
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Light", Exact = true })).ToHaveAttributeAsync("aria-pressed", "true");

        await page.GetByRole(AriaRole.Button, new() { Name = "Follow the system" }).ClickAsync();
        Assert.Equal(dark, await GroundAsync(page));
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _web.DisposeAsync();
        await _api.DisposeAsync();
    }

    private ServerProcess StartWeb() => ServerProcess.Start("dotnet", [s_web], new Dictionary<string, string>
    {
        ["ASPNETCORE_URLS"] = _address,
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["services__api__http__0"] = _api.Address,
        ["StatusPage__RefreshInterval"] = "00:00:00.500",
        ["HttpResilience__RetryDelay"] = "00:00:00.010",
        ["HttpResilience__BreakerPause"] = "00:00:00.500",
    });

    /// <summary>Opens the page and waits until its circuit is up.</summary>
    private async Task<IPage> OpenAsync(ColorScheme scheme = ColorScheme.Light)
    {
        var page = await _browser.NewPageAsync(new BrowserNewPageOptions { ColorScheme = scheme });
        await page.GotoAsync(_address);
        await Expect(page.GetByText("Live.")).ToBeVisibleAsync();
        return page;
    }

    private static ILocator Headline(IPage page) => page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    private static Task<string> GroundAsync(IPage page) => page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
}
