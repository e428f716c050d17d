using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using SocialSentiment.MlWorker.Inference.Tokenization;

namespace SocialSentiment.Bench.Inference;

/// <summary>The worker under requests of all lengths and sizes, one and several at once, for as long as it takes to see whether its memory grows.</summary>
internal sealed class Soak(BenchModels models, IReadOnlyList<string> texts, Arguments arguments)
{
    private const int Callers = 6;
    private const int MostTokens = 300;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    /// <summary>What the process does in it is to come up, and no sign of anything.</summary>
    private static readonly TimeSpan s_start = TimeSpan.FromMinutes(1);

    private readonly ITextTokenizer _tokenizer = TokenizerFactory.Create(models.Stored(BenchModels.DistilBert).Folder, TextNormalization.None);

    public async Task RunAsync()
    {
        var time = TimeSpan.FromMinutes(arguments.Number("minutes", 10));
        using var server = await Server.StartWorkerAsync(arguments.Required("worker"), models, BenchModels.DistilBert, "int8");
        List<MemorySample> samples = [];
        ConcurrentDictionary<string, int> outcomes = [];
        var started = Stopwatch.GetTimestamp();
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(server, new Random(caller), started, time, outcomes)))];
        using var timer = new PeriodicTimer(s_interval);
        do
        {
            samples.Add(new MemorySample(Stopwatch.GetElapsedTime(started).TotalSeconds, server.Resident / 1e6));
        }
        while (Stopwatch.GetElapsedTime(started) < time && await timer.WaitForNextTickAsync());
        await Task.WhenAll(callers);

        if (arguments.Text("csv") is { } csv)
        {
            await File.WriteAllLinesAsync(csv, samples.Select(sample => string.Create(CultureInfo.InvariantCulture, $"{sample.Seconds:0.0},{sample.Megabytes:0.0}")).Prepend("seconds,megabytes"));
        }

        if (arguments.Text("svg") is { } svg)
        {
            await File.WriteAllTextAsync(svg, LineGraph.Draw("Resident memory of the worker under load", "MB", samples));
        }

        MemorySample[] after = [.. samples.Where(sample => sample.Seconds >= Math.Min(s_start.TotalSeconds, time.TotalSeconds / 2))];
        var slope = MemorySample.Slope(after);
        Console.WriteLine($"""
            Soak, {time.TotalMinutes:0.#} minutes, texts of 3 to {MostTokens} tokens, 1 to 64 in a request, {Callers} callers

            | Texts answered | requests failed | memory after a minute, MB | at the end, MB | at most, MB | slope after a minute, MB per hour | growth in this time |
            |---|---:|---:|---:|---:|---:|---:|
            | {outcomes.GetValueOrDefault("texts"):#,0} | {outcomes.GetValueOrDefault("failed")} | {after[0].Megabytes:0} | {after[^1].Megabytes:0} | {after.Max(sample => sample.Megabytes):0} | {slope:0.0} | {slope / 3600 * (after[^1].Seconds - after[0].Seconds) / after[0].Megabytes:P1} |

            """);
    }

    private async Task CallAsync(Server server, Random random, long started, TimeSpan time, ConcurrentDictionary<string, int> outcomes)
    {
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            // Most requests are small.
            var count = 1 << random.Next(0, 7);
            var body = Server.PredictBatch(Enumerable.Range(0, count).Select(_ => TextOf(random)));
            if (await server.AskAsync("/predict/batch", body, CancellationToken.None))
            {
                outcomes.AddOrUpdate("texts", count, (_, so) => so + count);
            }
            else
            {
                outcomes.AddOrUpdate("failed", 1, (_, so) => so + 1);
            }
        }
    }

    /// <summary>From one word to many posts in one; the tokens are counted, because words have any number of them.</summary>
    private string TextOf(Random random)
    {
        var wanted = random.Next(3, MostTokens + 1);
        var tokens = 2;
        List<string> words = [];
        while (tokens < wanted)
        {
            foreach (var word in texts[random.Next(texts.Count)].Split(' '))
            {
                var more = _tokenizer.EncodePlain(word, new int[MostTokens]);
                if (tokens + more > wanted && words.Count > 0)
                {
                    return string.Join(' ', words);
                }

                words.Add(word);
                tokens += more;
            }
        }

        return string.Join(' ', words);
    }
}
