using System.Text.RegularExpressions;
using SocialSentiment.Api.Tests.Fuzz;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests.Docs;

/// <summary>What the guides say to ask for exists.</summary>
public sealed partial class GuideTests : IAsyncDisposable
{
    private readonly ApiFactory _api = new($"Host=127.0.0.1;Port={FreePort.Next()};Username=u;Password=p;Database=d", $"amqp://127.0.0.1:{FreePort.Next()}");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_request_of_the_guides_is_an_operation_of_the_api()
    {
        using var http = _api.CreateClient();
        var document = new ApiDocument(await http.GetStringAsync("/openapi/v1.json", Token));
        var requests = Sent().Matches(await ReadAsync("api.http")).Select(match => (Method: match.Groups[1].Value, Path: match.Groups[2].Value)).ToArray();
        var curls = Curl().Matches(await ReadAsync("api.md"))
            .Select(match => (Method: match.Groups[1].Value is { Length: > 0 } method ? method : "GET", Path: match.Groups[2].Value))
            .ToArray();
        Assert.True(requests.Length > 15 && curls.Length > 10, $"{requests.Length} and {curls.Length}");
        foreach (var (method, path) in requests.Concat(curls))
        {
            Assert.True(document.Operations.Any(operation => operation.Method == method && Pattern(operation.Path).IsMatch(path)), $"{method} {path}");
        }
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    private static Regex Pattern(string path) => new($"^{Parameter().Replace(path, "[^/]+")}$");

    private static Task<string> ReadAsync(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SocialSentiment.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return File.ReadAllTextAsync(Path.Combine(folder.FullName, "docs", name), Token);
    }

    [GeneratedRegex(@"^([A-Z]+) \{\{host\}\}([^?\s]+)", RegexOptions.Multiline)]
    private static partial Regex Sent();

    [GeneratedRegex(@"^curl (?:-N )?(?:-X ([A-Z]+) )?['""]?http://localhost:8080(/[^?\s'""]*)", RegexOptions.Multiline)]
    private static partial Regex Curl();

    [GeneratedRegex(@"\{[a-z_]+\}")]
    private static partial Regex Parameter();
}
