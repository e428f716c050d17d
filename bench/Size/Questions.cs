using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace SocialSentiment.Bench.Size;

/// <summary>The questions that people ask the API, each many times with changing details.</summary>
internal sealed class Questions(Uri api, string? key, int repeat) : IDisposable
{
    // Of one kind, in milliseconds: what takes seconds need not be asked fifty times.
    private const double LongEnough = 30_000;

    private static readonly string[] s_words = ["good", "monday", "tomorrow", "game", "music", "happy", "world", "great", "phone", "school"];
    private readonly HttpClient _http = new HttpClient { BaseAddress = api, Timeout = TimeSpan.FromMinutes(5) }.ShowKey(key);
    private readonly Random _random = new(1);

    /// <summary>For each kind how long the answers took, and how many there were none of.</summary>
    public async IAsyncEnumerable<(string Kind, Percentiles Latency, int Failed)> AskAsync(DateTime oldest, DateTime newest)
    {
        string Moment(double from = 0, double to = 1) => (oldest + ((newest - oldest) * (from + ((to - from) * _random.NextDouble())))).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        string Label() => ((string[])["negative", "neutral", "positive"])[_random.Next(3)];
        string Source() => ((string[])["twitter", "reddit", "forum"])[_random.Next(3)];
        string Author() => $"author{_random.Next(50_000)}";
        string Word() => s_words[_random.Next(s_words.Length)];
        string Day()
        {
            var from = oldest + ((newest - oldest) * 0.99 * _random.NextDouble());
            return string.Create(CultureInfo.InvariantCulture, $"from={from:yyyy-MM-ddTHH:mm:ssZ}&to={from.AddDays(1):yyyy-MM-ddTHH:mm:ssZ}");
        }

        (string Kind, Func<string> Path, int Times)[] kinds =
        [
            ("newest", () => "/posts", repeat),
            ("before a moment", () => $"/posts?to={Moment()}", repeat),
            ("of a day", () => $"/posts?{Day()}", repeat),
            ("by label", () => $"/posts?label={Label()}", repeat),
            ("by label, of a day", () => $"/posts?label={Label()}&{Day()}", repeat),
            ("dead ones", () => "/posts?status=dead", repeat),
            ("by source", () => $"/posts?source={Source()}", repeat),
            ("by rare source", () => "/posts?source=rare", repeat),
            ("by label and source", () => $"/posts?label={Label()}&source={Source()}", repeat),
            ("by label and rare source", () => $"/posts?label={Label()}&source=rare", repeat),
            ("by author", () => $"/posts?author={Author()}", repeat),
            ("by unknown author", () => $"/posts?author=nobody{_random.Next()}", repeat),
            ("with a word", () => $"/posts?q={Word()}", repeat),
            ("with two words", () => $"/posts?q={Word()}+{Word()}", repeat),
            ("with a rare word", () => $"/posts?q={_random.Next(1, 10_000)}", repeat),
            ("with an unknown word", () => $"/posts?q=nobodysaid{_random.Next()}", repeat),
            ("with a word, by label", () => $"/posts?q={Word()}&label={Label()}", repeat),
            ("accounting", () => "/accounting", Math.Min(repeat, 10)),
            ("accounting with recount", () => "/accounting?recount=true", 1),
        ];
        foreach (var (kind, path, times) in kinds)
        {
            await GetAsync(path());
            List<double> latencies = [];
            var failed = 0;
            for (var i = 0; i < times; i++)
            {
                var (elapsed, body) = await GetAsync(path());
                latencies.Add(elapsed);
                failed += body is null ? 1 : 0;
                if (latencies.Sum() > LongEnough)
                {
                    break;
                }
            }

            yield return (kind, Percentiles.Of(latencies), failed);
        }

        List<double> pages = [];
        for (var (i, after) = (0, ""); i < repeat; i++)
        {
            var (elapsed, body) = await GetAsync($"/posts?limit=200{after}");
            pages.Add(elapsed);
            using var page = JsonDocument.Parse(body ?? throw new InvalidOperationException("There is no page."));
            after = page.RootElement.TryGetProperty("next", out var next) ? $"&after={Uri.EscapeDataString(next.GetString()!)}" : "";
        }

        yield return ("page after page of 200", Percentiles.Of(pages), 0);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Without a body when the API gave up, as it does with what takes too long.</summary>
    private async Task<(double Elapsed, string? Body)> GetAsync(string path)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await _http.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        return (int)response.StatusCode switch
        {
            200 => (Stopwatch.GetElapsedTime(started).TotalMilliseconds, body),
            >= 500 => (Stopwatch.GetElapsedTime(started).TotalMilliseconds, null),
            var status => throw new InvalidOperationException($"{path}: {status} {body}"),
        };
    }
}
