using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests;

public sealed partial class DocsTests : IAsyncDisposable
{
    private readonly ApiFactory _api = new($"Host=127.0.0.1;Port={FreePort.Next()};Username=u;Password=p;Database=d", $"amqp://127.0.0.1:{FreePort.Next()}");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_endpoint_and_every_field_is_described()
    {
        using var http = _api.CreateClient();
        var document = JsonDocument.Parse(await http.GetStringAsync("/openapi/v1.json", Token)).RootElement;

        Assert.Equal(
            [
                "/", "/accounting", "/alive", "/audit", "/db/health", "/dead-letters", "/dead-letters/{id}/replay", "/events", "/failsafe/isolate", "/failsafe/reset", "/failsafe/status",
                "/health", "/keys", "/keys/{id}", "/models", "/models/{key}", "/posts", "/posts/batch", "/posts/{id}", "/posts/{id}/replies", "/posts/{id}/replies/{reply}/accept", "/posts/{id}/replies/{reply}/edit", "/posts/{id}/replies/{reply}/reject",
                "/predict", "/predict/batch", "/predictions", "/predictions/{id}", "/replies/jobs/{id}", "/replies/jobs/{id}/cancel", "/replies/jobs/{id}/events", "/replies/preview", "/status",
            ],
             document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
        foreach (var operation in document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()))
        {
            Assert.NotEmpty(operation.Value.GetProperty("summary").GetString()!);
        }

        string[] tags = [.. document.GetProperty("tags").EnumerateArray().Select(tag => tag.GetProperty("name").GetString()!)];
        Assert.Equal(["Predictions", "Posts"], tags[..2]);
        Assert.Equal(
            tags.Order(StringComparer.Ordinal),
            document.GetProperty("paths").EnumerateObject()
                .SelectMany(path => path.Value.EnumerateObject())
                .Select(operation => operation.Value.GetProperty("tags")[0].GetString()!)
                .Distinct()
                .Order(StringComparer.Ordinal));

        foreach (var schema in document.GetProperty("components").GetProperty("schemas").EnumerateObject())
        {
            Assert.True(schema.Value.TryGetProperty("description", out _), schema.Name);
            if (schema.Value.TryGetProperty("properties", out var properties))
            {
                foreach (var property in properties.EnumerateObject())
                {
                    Assert.True(property.Value.TryGetProperty("description", out _), $"{schema.Name}.{property.Name}");
                    Assert.Matches("^[a-z][a-z0-9_]*$", property.Name);
                }
            }
        }
    }

    [Fact]
    public async Task The_docs_page_needs_nothing_from_elsewhere()
    {
        using var http = _api.CreateClient();
        var page = await http.GetStringAsync("/docs", Token);

        var assets = Asset().Matches(page).Select(match => match.Groups[1].Value).ToArray();
        Assert.NotEmpty(assets);
        foreach (var asset in assets)
        {
            Assert.False(asset.StartsWith("//", StringComparison.Ordinal) || asset.Contains("://", StringComparison.Ordinal), asset);
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(new Uri("http://localhost/docs/"), asset), Token)).StatusCode);
        }
    }

    [Fact]
    public async Task The_root_leads_on()
    {
        using var http = _api.CreateClient();
        var links = JsonDocument.Parse(await http.GetStringAsync("/", Token)).RootElement.GetProperty("links");

        foreach (var link in links.EnumerateObject())
        {
            var response = await http.GetAsync(link.Value.GetString(), Token);
            Assert.True(response.IsSuccessStatusCode || link.Name == "health", $"{link.Name}: {response.StatusCode}");
        }
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [GeneratedRegex("""(?:src|href)="([^"]+)["]""")]
    private static partial Regex Asset();
}
