using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using SocialSentiment.EndToEnd.Running;

namespace SocialSentiment.EndToEnd;

/// <summary>A post's way through the whole stack, as its sender, a listener and an operator see it.</summary>
[Collection(StackTests.Name)]
public sealed class JourneyTests(StackFixture running)
{
    private static readonly string[] s_spans = ["POST /posts", "store post", "outbox", "publish analyze", "process analyze", "analyze", "publish results", "process results", "store result", "feed push"];

    private static readonly string[] s_draftSpans = ["POST /posts/{id:guid}/replies", "publish replies", "process replies", "draft replies", "publish reply-results", "process reply-results", "store drafts"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Stack Stack => running.Stack;

    [Fact]
    public async Task A_post_is_labelled_a_moment_later_shown_live_and_its_trace_tells_the_whole_way()
    {
        await Stack.WaitUntilHealthyAsync(TimeSpan.FromSeconds(30));
        using var http = new HttpClient { BaseAddress = Stack.Api };
        using var live = await http.GetAsync(new Uri("/events?source=journey", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token);
        using var lines = new StreamReader(await live.Content.ReadAsStreamAsync(Token));

        var traceId = ActivityTraceId.CreateRandom().ToHexString();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/posts") { Content = JsonContent.Create(new { text = "What a wonderful day!", source = "journey" }) };
        request.Headers.Add("traceparent", $"00-{traceId}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
        using var response = await http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var id = (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetGuid();

        Assert.Equal(["hello", "created", "labelled"], await EventsUntilAsync(lines, "labelled"));
        var detail = await http.GetFromJsonAsync<JsonElement>($"/posts/{id}", Token);
        Assert.Equal("positive", detail.GetProperty("post").GetProperty("sentiment").GetProperty("label").GetString());
        Assert.Equal(traceId, detail.GetProperty("analyses")[0].GetProperty("provenance").GetProperty("trace_id").GetString());
        Assert.True((await http.GetFromJsonAsync<JsonElement>("/accounting?recount=true", Token)).GetProperty("balanced").GetBoolean());

        using var telemetry = await Telemetry.OpenAsync(Stack);
        await Eventually.HoldsAsync("one trace shows the whole way", TimeSpan.FromSeconds(20), async () =>
        {
            var spans = NamesOf(await telemetry.GetAsync($"traces/{traceId}")).ToHashSet();
            return s_spans.All(spans.Contains);
        });
    }

    [Fact]
    public async Task An_angry_and_a_happy_post_get_three_different_drafts_each_and_a_trace_shows_how()
    {
        await Stack.WaitUntilHealthyAsync(TimeSpan.FromSeconds(30));
        using var http = new HttpClient { BaseAddress = Stack.Api };
        var traceId = ActivityTraceId.CreateRandom().ToHexString();
        var angry = await DraftsAsync(http, "The train was two hours late again and nobody told us anything. Horrible service!", traceId);
        var happy = await DraftsAsync(http, "I love the new album, best one yet! Thank you so much!", traceId: null);
        Assert.Equal(("negative", "positive"), (LabelOf(angry), LabelOf(happy)));
        Assert.Equal(6, angry.Concat(happy).Select(draft => draft.GetProperty("text").GetString()).Distinct().Count());

        // Nobody who is angry gets a cheerful answer.
        Assert.DoesNotContain(angry, draft => draft.GetProperty("text").GetString()!.Contains('!', StringComparison.Ordinal));
        using var telemetry = await Telemetry.OpenAsync(Stack);
        await Eventually.HoldsAsync("one trace shows how drafts come about", TimeSpan.FromSeconds(20), async () =>
        {
            var spans = NamesOf(await telemetry.GetAsync($"traces/{traceId}")).ToHashSet();
            return s_draftSpans.All(spans.Contains);
        });
    }

    private static string? LabelOf(JsonElement[] drafts) => drafts.Select(draft => draft.GetProperty("label").GetString()).Distinct().Single();

    private static async Task<JsonElement[]> DraftsAsync(HttpClient http, string text, string? traceId)
    {
        using var created = await http.PostAsJsonAsync("/posts", new { text, source = "journey-of-drafts" }, Token);
        var id = (await created.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetGuid();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/posts/{id}/replies?wait=30");
        if (traceId is not null)
        {
            request.Headers.Add("traceparent", $"00-{traceId}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
        }

        using var response = await http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        JsonElement[] drafts = [.. (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("drafts").EnumerateArray()];
        Assert.Equal(3, drafts.Length);
        return drafts;
    }

    private static async Task<List<string>> EventsUntilAsync(StreamReader lines, string last)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        var events = new List<string>();
        while (events.LastOrDefault() != last && await lines.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                events.Add(line["event: ".Length..]);
            }
        }

        return events;
    }

    /// <summary>The names of all spans, wherever they are in the answer.</summary>
    private static IEnumerable<string> NamesOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object when element.TryGetProperty("spanId", out _) && element.TryGetProperty("name", out var name) => [name.GetString()!],
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => NamesOf(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(NamesOf),
        _ => [],
    };
}
