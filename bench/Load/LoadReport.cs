using System.Text.Json.Serialization;

namespace SocialSentiment.Bench.Load;

/// <summary>What came of a run; latencies in milliseconds.</summary>
/// <param name="Sent">Posts that were sent.</param>
/// <param name="Accepted">Posts that were accepted.</param>
/// <param name="Labelled">Accepted posts whose final label came over the live feed.</param>
/// <param name="AcceptedPerSecond">Over the time from the first request to the last answer.</param>
/// <param name="LabelledPerSecond">Over the time from the first request to the last label.</param>
/// <param name="AcceptLatency">From when a request should have started to its answer: a slow server cannot hide behind a slow sender.</param>
/// <param name="LabelLatency">From the answer to the label's event; 0 where the event came first.</param>
/// <param name="Answers">Requests by the status of their answer, or the error that came instead.</param>
/// <param name="NotSent">Requests that were due but not started, because too many were under way.</param>
internal sealed record LoadReport(
    long Sent,
    long Accepted,
    long Labelled,
    double AcceptedPerSecond,
    double LabelledPerSecond,
    Percentiles AcceptLatency,
    Percentiles LabelLatency,
    IReadOnlyDictionary<string, long> Answers,
    long NotSent)
{
    public void Print(string name)
    {
        Console.WriteLine($"{name}:");
        Table.Print(
            ["", "posts", "per second", "p50 ms", "p95 ms", "p99 ms", "max ms"],
            [
                Row("accepted", Accepted, AcceptedPerSecond, AcceptLatency),
                Row("labelled", Labelled, LabelledPerSecond, LabelLatency),
            ]);
        Console.WriteLine($"answers: {string.Join(", ", Answers.Select(answer => $"{answer.Key}: {answer.Value}"))}{(NotSent > 0 ? $"; not even sent: {NotSent}" : "")}");

        static string[] Row(string what, long posts, double rate, Percentiles latency)
            => [what, $"{posts}", $"{rate:0}", $"{latency.P50:0.0}", $"{latency.P95:0.0}", $"{latency.P99:0.0}", $"{latency.Max:0.0}"];
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(LoadReport))]
internal sealed partial class LoadJson : JsonSerializerContext;
