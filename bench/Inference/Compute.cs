using System.Diagnostics;
using System.Globalization;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Engines;

namespace SocialSentiment.Bench.Inference;

/// <summary>
/// The engine beside the bare runtime on the same cores. The runtime is given its texts as numbers, ready to compute, in
/// every way in which one could arrange it; the best of these is the bar.
/// </summary>
internal sealed class Compute(BenchModels models, IReadOnlyList<string> texts, Arguments arguments)
{
    private const int Rounds = 3;
    private static readonly int[] s_sizes = [1, 4, 8, 16, 32];

    private readonly double _seconds = arguments.Number("seconds", 2);
    private readonly double _scan = arguments.Number("scan", 0.3 * arguments.Number("seconds", 2));
    private readonly int _cores = Environment.ProcessorCount;

    public async Task RunAsync()
    {
        List<string[]> summary = [];
        List<string[]> latencies = [];
        List<string[]> precisions = [];
        foreach (var (key, shape, kinds) in ((string, string, string[])[])[
            (BenchModels.Compact, "compact", ["mixed"]),
            (BenchModels.DistilBert, "DistilBERT", ["int8", "fp32"]),
            (BenchModels.Roberta, "RoBERTa-base", ["int8", "fp32"])])
        {
            Dictionary<string, (double Bare, double Engine)> rates = [];
            foreach (var precision in kinds)
            {
                var network = new Network(shape, models.Entry(key), models.Stored(key), precision, texts.Take(2048));
                if (precision == kinds[0])
                {
                    var tokens = Percentiles.Of(network.Tokens.Select(text => (double)text.Length));
                    Console.WriteLine($"{shape}: {network.MeanTokens:0.0} tokens per text on average, p50 {tokens.P50}, p95 {tokens.P95}, p99 {tokens.P99}, at most {tokens.Max}\n");
                }

                var best = Scan(network);
                var (bare, engine, bytes) = await CompareAsync(network, best, summary);
                rates[precision] = (bare, engine);
                latencies.Add([network.Name, .. await LatencyAsync(network), $"{bytes:0}"]);
            }

            if (kinds.Length == 1)
            {
                continue;
            }

            precisions.Add([shape, $"{rates["int8"].Bare / rates["fp32"].Bare:0.00}", $"{rates["int8"].Engine / rates["fp32"].Engine:0.00}"]);
        }

        Console.WriteLine($"Throughput, {_cores} core{(_cores == 1 ? "" : "s")}\n");
        Table.Print(["Network", "bare runtime, texts/s", "its best arrangement", "engine, texts/s", "texts per batch", "padding", "of bare", "the same by processor time"], summary);
        Console.WriteLine($"\nOne text when idle, {_cores} core{(_cores == 1 ? "" : "s")} (p50 / p99 in ms)\n");
        Table.Print(["Network", "bare, 1 thread", "bare, 2 threads", "engine", "engine - bare, p50", "allocated, bytes/text"], latencies);
        Console.WriteLine($"\nint8 against fp32, {_cores} core{(_cores == 1 ? "" : "s")}\n");
        Table.Print(["Network", "bare", "engine"], precisions);
        Console.WriteLine();
    }

    /// <summary>Sessions, threads, sizes and orders, to find the arrangement that is best here.</summary>
    private Arrangement Scan(Network network)
    {
        (int Loops, int Threads)[] ways = _cores == 1 ? [(1, 1)] : [(1, 1), (1, 2), (2, 1)];
        var results = new Dictionary<(int Size, bool Sorted), double[]>();
        foreach (var way in ways)
        {
            using var session = new BareSession(network.Path, way.Threads);
            foreach (var size in s_sizes)
            {
                foreach (var sorted in size == 1 ? [false] : (bool[])[false, true])
                {
                    var rate = session.Saturate(PaddedBatch.Cut(network, size, sorted), way.Loops, _scan).PerSecond;
                    results.TryAdd((size, sorted), new double[ways.Length]);
                    results[(size, sorted)][Array.IndexOf(ways, way)] = rate / network.MeanTokens;
                }
            }
        }

        Console.WriteLine($"{network.Name}, bare runtime, texts/s\n");
        Table.Print(
            ["Batch", .. ways.Select(way => $"{way.Loops} x {way.Threads} thread{(way.Threads == 1 ? "" : "s")}")],
            results.Select(row => (string[])[$"{row.Key.Size}{(row.Key.Sorted ? ", sorted" : "")}", .. row.Value.Select(Rate)]));
        Console.WriteLine();
        var (shape, rates) = results.MaxBy(row => row.Value.Max());
        var (loops, threads) = ways[Array.IndexOf(rates, rates.Max())];
        return new Arrangement(loops, threads, shape.Size, shape.Sorted);
    }

    /// <summary>By turns, so that whatever else the machine does hits both.</summary>
    private async Task<(double Bare, double Engine, double Bytes)> CompareAsync(Network network, Arrangement best, List<string[]> summary)
    {
        await using var engine = new EngineUnderTest(network, texts, Options(network));
        using var session = new BareSession(network.Path, best.Threads);
        var batches = PaddedBatch.Cut(network, best.Size, best.Sorted);
        List<Pace> bare = [], ours = [];
        List<double> bytes = [];
        await engine.SaturateAsync(_seconds / 2);
        for (var round = 0; round < Rounds; round++)
        {
            bare.Add(session.Saturate(batches, best.Loops, _seconds));
            var (pace, allocated) = await engine.SaturateAsync(_seconds);
            ours.Add(pace);
            bytes.Add(allocated);
        }

        var ratio = Median(ours.Zip(bare, (mine, bar) => mine.PerSecond / bar.PerSecond));
        var cpuRatio = Median(ours.Zip(bare, (mine, bar) => mine.PerCpuSecond / bar.PerCpuSecond));
        var (bareRate, engineRate) = (Median(bare.Select(pace => pace.PerSecond)) / network.MeanTokens, Median(ours.Select(pace => pace.PerSecond)) / network.MeanTokens);
        summary.Add([network.Name, Rate(bareRate), best.ToString(), Rate(engineRate), $"{engine.MeanBatch:0.0}", $"{engine.PaddingRatio:P0}", $"{ratio:0.00}", $"{cpuRatio:0.00}"]);
        return (bareRate, engineRate, bytes.Min());
    }

    /// <summary>The same texts one after the other, each of them in turn with the runtime and the engine.</summary>
    private async Task<string[]> LatencyAsync(Network network)
    {
        await using var engine = new EngineUnderTest(network, texts, Options(network));
        using var one = new BareSession(network.Path, 1);
        using var two = new BareSession(network.Path, 2);
        var scores = new TextScores[1];
        List<double> withOne = [], withTwo = [], ours = [], more = [];
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < network.Tokens.Count && Stopwatch.GetElapsedTime(started).TotalSeconds < 2 * _seconds; i++)
        {
            var batch = PaddedBatch.Of([network.Tokens[i]], network.Tokenizer.PadId);
            if (_cores > 1)
            {
                withTwo.Add(Milliseconds(() => two.Run(batch)));
            }

            withOne.Add(Milliseconds(() => one.Run(batch)));
            var asked = Stopwatch.GetTimestamp();
            await engine.AskAsync(i, scores);
            ours.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            more.Add(ours[^1] - withOne[^1]);
        }

        // The first ones warm up.
        var warm = Math.Min(5, ours.Count / 4);
        return [Of(withOne), _cores > 1 ? Of(withTwo) : "-", Of(ours), Fixed(Percentiles.Of(more.Skip(warm)).P50)];

        string Of(List<double> values)
        {
            var percentiles = Percentiles.Of(values.Skip(warm));
            return $"{Fixed(percentiles.P50)} / {Fixed(percentiles.P99)}";
        }
    }

    /// <summary>As the worker has them for this model.</summary>
    private static InferenceOptions Options(Network network)
    {
        var options = new InferenceOptions();
        return network.Entry.MaxBatchRows > 0 ? options.WithBatches(network.Entry.MaxBatchRows, options.MaxBatchTokens) : options;
    }

    private static double Median(IEnumerable<double> values) => Percentiles.Of(values).P50;

    private static double Milliseconds(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static string Fixed(double milliseconds) => milliseconds.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Rate(double rate) => rate.ToString(rate < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    private sealed record Arrangement(int Loops, int Threads, int Size, bool Sorted)
    {
        public override string ToString() => $"{Loops} x {Threads} thread{(Threads == 1 ? "" : "s")}, {Size}{(Sorted ? " sorted" : "")}";
    }
}
