using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using SocialSentiment.Bench;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Replies;

const string Usage = """
    Orders drafts of replies and waits for them, over and over, and measures how long they take.
      --api URL          (http://localhost:8080)
      --callers N        who order at once (50)
      --seconds N        for how long; what was ordered by then is waited for (10)
      --model KEY        who writes; the workers' own choice if not given
      --count N          drafts of an order (3)
      --texts PLACE      a file or folder of texts, one per line; made up if not given
    """;

if (Arguments.Read(args, Usage, "api", "callers", "seconds", "model", "count", "texts") is not { } arguments)
{
    return 2;
}

var texts = arguments.Text("texts") is { } place ? Texts.Read(place) : Texts.MakeUp(1_000);
var (callers, count, model) = (arguments.Count("callers", 50), arguments.Count("count", 3), arguments.Text("model"));
using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = callers }) { BaseAddress = new Uri(arguments.Text("api", "http://localhost:8080")), Timeout = TimeSpan.FromMinutes(5) };
var (took, byModel, byTemplates, turnedAway, failed) = (new ConcurrentBag<double>(), 0, 0, 0, 0);
var duration = TimeSpan.FromSeconds(arguments.Number("seconds", 10));
var started = Stopwatch.GetTimestamp();
await Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
{
    for (var turn = 0; Stopwatch.GetElapsedTime(started) < duration; turn++)
    {
        var ordered = Stopwatch.GetTimestamp();
        var order = new ReplyPreviewRequest(texts[((caller * 31) + turn) % texts.Count], Tone: null, count, model, Seed: turn);
        using var response = await http.PostAsJsonAsync("/replies/preview?wait=60", order, ContractsJson.Default.ReplyPreviewRequest);
        if (response.StatusCode == System.Net.HttpStatusCode.TooManyRequests)
        {
            Interlocked.Increment(ref turnedAway);
            await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1));
        }
        else if (response.IsSuccessStatusCode && await response.Content.ReadFromJsonAsync(ContractsJson.Default.ReplyJobResponse) is { State: ReplyJobState.Done } job)
        {
            took.Add(Stopwatch.GetElapsedTime(ordered).TotalMilliseconds);
            Interlocked.Add(ref byModel, job.Drafts.Count(draft => draft.Source == ReplySource.Model));
            Interlocked.Add(ref byTemplates, job.Drafts.Count(draft => draft.Source == ReplySource.Template));
        }
        else
        {
            Interlocked.Increment(ref failed);
        }
    }
}));

var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
var times = Percentiles.Of(took);
Console.WriteLine(FormattableString.Invariant(
    $"{callers} callers: {took.Count} orders in {elapsed:0} s ({took.Count / elapsed:0.0} a second), p50 {times.P50:0} ms, p95 {times.P95:0} ms; {byModel} drafts by the model, {byTemplates} templates; {turnedAway} turned away, {failed} failed"));
return failed == 0 && !took.IsEmpty ? 0 : 1;
