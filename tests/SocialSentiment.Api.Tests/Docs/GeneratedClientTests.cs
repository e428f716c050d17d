using System.Text.Json;
using System.Text.Json.Nodes;
using SocialSentiment.Api.Tests.Support;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests.Docs;

/// <summary>
/// The document is good for what people want it for: a client that is generated from it compiles against its types and
/// works with the API. The generator is openapi-typescript, which npm brings.
/// </summary>
public sealed class GeneratedClientTests(Servers servers) : IDisposable
{
    private static readonly string s_sources = Path.Combine(AppContext.BaseDirectory, "Docs", "GeneratedClient");
    private readonly string _folder = Directory.CreateTempSubdirectory("client-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_generated_client_predicts_creates_and_lists_posts_and_understands_errors()
    {
        foreach (var file in Directory.EnumerateFiles(s_sources))
        {
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }

        await File.WriteAllTextAsync(Path.Combine(_folder, "openapi.json"), await servers.Http.GetStringAsync("/openapi/v1.json", Token), Token);
        await RunAsync("npm", "install", "--no-audit", "--no-fund", "--no-update-notifier", "--prefer-offline");
        await RunAsync("node", "node_modules/openapi-typescript/bin/cli.js", "openapi.json", "--output", "api.d.ts");
        await RunAsync("node", "node_modules/typescript/bin/tsc", "--project", ".");

        var source = Servers.NewSource();
        var headers = servers.Http.DefaultRequestHeaders.ToDictionary(header => header.Key, header => string.Join(',', header.Value));
        var output = await RunAsync("node", "client.js", servers.Http.BaseAddress!.ToString().TrimEnd('/'), source, JsonSerializer.Serialize(headers));
        var told = JsonNode.Parse(output)!;

        var post = Assert.Single((await servers.ListAsync($"source={source}"))!.Items);
        Assert.Equal(post.Id.ToString(), told["id"]!.GetValue<string>());
        Assert.Equal(1, told["revision"]!.GetValue<int>());
        Assert.Equal(("positive", "unreachable"), ((string?)told["predicted"]!["sentiment"], (string?)told["predicted"]!["why"]));
        Assert.Equal("""["I love this!"]""", told["texts"]!.ToJsonString());
        Assert.Equal(0, told["analyses"]!.GetValue<int>());
        Assert.Equal((400, "The request is not valid", "text is required and must not be blank."), ((int)told["refused"]!["status"]!, (string?)told["refused"]!["title"], (string?)told["refused"]!["detail"]));
        Assert.Equal((404, "There is no such post."), ((int)told["missing"]!["status"]!, (string?)told["missing"]!["detail"]));
    }

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        // A process has no working folder of its own here; the shell gives it one.
        var (exitCode, output) = await ServerProcess.RunAsync("sh", ["-c", "cd \"$0\" && exec \"$@\"", _folder, program, .. arguments], Token);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)}:\n{output}");
        return output;
    }
}
