using System.Net.Http.Json;
using System.Text.Json;

namespace SocialSentiment.EndToEnd.Running;

/// <summary>What the dashboard has received, asked through the dashboard's own telemetry API.</summary>
internal sealed class Telemetry : IDisposable
{
    private readonly HttpClient _http;

    private Telemetry(HttpClient http) => _http = http;

    public static async Task<Telemetry> OpenAsync(Stack stack)
    {
        var http = new HttpClient { BaseAddress = stack.Dashboard };
        using var response = await http.PostAsJsonAsync("/api/telemetry/validateToken", new { token = stack.DashboardToken }, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        http.DefaultRequestHeaders.Add("x-api-key", answer.GetProperty("apiKey").GetString());
        return new Telemetry(http);
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri($"/api/telemetry/{path}", UriKind.Relative), TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    public void Dispose() => _http.Dispose();
}
