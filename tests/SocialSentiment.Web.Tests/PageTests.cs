using System.Net;
using System.Text.RegularExpressions;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Web.Tests;

/// <summary>The pages as they arrive over HTTP, before any script has run.</summary>
public sealed partial class PageTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_page_load_asks_the_api_once_and_in_the_visitors_own_trace()
    {
        await using var api = await FakeApi.StartAsync();
        await using var web = new WebFactory(api.Address);
        using var http = web.CreateClient();
        http.DefaultRequestHeaders.Add("traceparent", $"00-{TraceId}-b7ad6b7169203331-01");

        var page = await http.GetStringAsync("/", Token);

        Assert.Contains("Everything is running.", page, StringComparison.Ordinal);
        var parts = Assert.Single(api.TraceParents).Split('-');
        Assert.Equal((TraceId, "01"), (parts[1], parts[3]));
    }

    [Fact]
    public async Task The_api_is_shown_the_key_of_the_configuration()
    {
        await using var api = await FakeApi.StartAsync();
        await using var web = new WebFactory(api.Address, ("Api:Key", "the-key-of-the-api"));
        using var http = web.CreateClient();

        Assert.DoesNotContain("the-key-of-the-api", await http.GetStringAsync("/", Token), StringComparison.Ordinal);
        Assert.Equal("the-key-of-the-api", Assert.Single(api.Keys));
    }

    [Fact]
    public async Task Without_the_api_the_page_says_so_and_the_web_stays_ready()
    {
        await using var web = new WebFactory($"http://127.0.0.1:{FreePort.Next()}");
        using var http = web.CreateClient();

        Assert.Contains("The API cannot be reached.", await http.GetStringAsync("/", Token), StringComparison.Ordinal);

        var health = await http.GetAsync("/health", Token);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Contains("""{"name":"api","status":"degraded",""", await health.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_api_that_hangs_leaves_the_web_ready_too()
    {
        await using var api = await FakeApi.StartAsync();
        api.Misbehaviour = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        await using var web = new WebFactory(api.Address);

        var health = await web.CreateClient().GetAsync("/health", Token);

        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Contains("no answer within 2 s", await health.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_lead_where_the_configuration_says_and_are_absent_without()
    {
        await using var api = await FakeApi.StartAsync();
        await using var linked = new WebFactory(api.Address, ("Links:Dashboard", "http://localhost:18888/login?t=x"), ("Links:ApiDocs", "http://localhost:8080/docs"), ("Links:ModelService", ""));
        var page = await linked.CreateClient().GetStringAsync("/", Token);
        Assert.Contains("""href="http://localhost:18888/login?t=x""", page, StringComparison.Ordinal);
        Assert.Contains("""href="http://localhost:8080/docs""", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Model service", page, StringComparison.Ordinal);

        await using var unlinked = new WebFactory(api.Address);
        Assert.DoesNotContain("Elsewhere in the stack", await unlinked.CreateClient().GetStringAsync("/", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_address_gets_a_page_of_its_own()
    {
        await using var web = new WebFactory($"http://127.0.0.1:{FreePort.Next()}");
        var response = await web.CreateClient().GetAsync("/no/such/page", Token);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("There is nothing here.", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_the_page_needs_comes_from_here()
    {
        await using var api = await FakeApi.StartAsync();
        await using var web = new WebFactory(api.Address);
        using var http = web.CreateClient();

        var assets = Asset().Matches(await http.GetStringAsync("/", Token)).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value)).Distinct().ToArray();

        Assert.Contains(assets, asset => asset.Contains("blazor.web", StringComparison.Ordinal));
        foreach (var asset in assets)
        {
            Assert.DoesNotContain("://", asset, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(asset, Token)).StatusCode);
        }
    }

    [GeneratedRegex("""<(?:link|script)[^>]*(?:src|href)="([^"]+)["]""")]
    private static partial Regex Asset();
}
