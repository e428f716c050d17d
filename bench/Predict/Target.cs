using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace SocialSentiment.Bench.Predict;

/// <summary>An answer as its caller saw it.</summary>
/// <param name="Milliseconds">From when the request should have started.</param>
/// <param name="ProcessingMs">What the server says it took.</param>
internal readonly record struct Answered(bool Ok, double Milliseconds, double ProcessingMs, bool FallbackUsed);

/// <summary>Somebody who answers <c>POST /predict</c>.</summary>
internal sealed record Target(string Name, Uri Address, bool IsApi) : IDisposable
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1_000 }) { BaseAddress = Address };

    /// <summary>The API is asked for a fresh answer each time: what its cache saves is another question.</summary>
    public byte[] Body(string text)
        => IsApi ? JsonSerializer.SerializeToUtf8Bytes(new { text, cache = false }) : JsonSerializer.SerializeToUtf8Bytes(new { text });

    public async Task<Answered> AskAsync(byte[] body, long intended)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = s_json } };
        using var response = await _http.PostAsync("/predict", content);
        var json = await response.Content.ReadAsByteArrayAsync();
        var took = Stopwatch.GetElapsedTime(intended).TotalMilliseconds;
        return response.StatusCode == HttpStatusCode.OK ? Read(json, took) : new Answered(Ok: false, took, 0, FallbackUsed: false);
    }

    public async Task OrderAsync(string order)
    {
        using var response = await _http.PostAsync($"/failsafe/{order}", content: null);
        response.EnsureSuccessStatusCode();
    }

    public void Dispose() => _http.Dispose();

    private static Answered Read(byte[] json, double took)
    {
        using var document = JsonDocument.Parse(json);
        var answer = document.RootElement;
        return new Answered(
            Ok: true,
            took,
            answer.GetProperty("processing_time_ms").GetDouble(),
            answer.TryGetProperty("fallback_used", out var fallback) && fallback.GetBoolean());
    }
}
