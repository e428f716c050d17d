using System.Globalization;
using SocialSentiment.MlWorker.Inference;

namespace SocialSentiment.Bench.Inference;

/// <summary>The engine with other options, each of them by turns with the ones that it has by default.</summary>
internal sealed class Tune(BenchModels models, IReadOnlyList<string> texts, Arguments arguments)
{
    private const int Rounds = 3;
    private static readonly int[] s_rows = [4, 8, 16];
    private static readonly int[] s_tokens = [256, 512, 2048, 4096];

    private static readonly (string, string, string)[] s_networks =
        [(BenchModels.DistilBert, "DistilBERT", "int8"), (BenchModels.Roberta, "RoBERTa-base", "int8"), (BenchModels.DistilBert, "DistilBERT", "fp32")];

    private readonly double _seconds = arguments.Number("seconds", 2);

    public async Task RunAsync()
    {
        (string Name, InferenceOptions Options)[] variants =
        [
            .. s_rows.Select(rows => ($"MaxBatchRows {rows}", new InferenceOptions { MaxBatchRows = rows })),
            .. s_tokens.Select(tokens => ($"MaxBatchTokens {tokens}", new InferenceOptions { MaxBatchTokens = tokens })),
            ("MaxBatchRows 8, MaxBatchTokens 256", new InferenceOptions { MaxBatchRows = 8, MaxBatchTokens = 256 }),
            ("LookAhead 64", new InferenceOptions { LookAhead = 64 }),
            ("LookAhead 1024", new InferenceOptions { LookAhead = 1024 }),
            ("1 runner, 2 threads", new InferenceOptions { Runners = 1, ThreadsPerRunner = 2 }),
            ("2 runners, 2 threads", new InferenceOptions { Runners = 2, ThreadsPerRunner = 2 }),
        ];
        List<string[]> rows = [];
        foreach (var (key, shape, precision) in s_networks)
        {
            var network = new Network(shape, models.Entry(key), models.Stored(key), precision, texts.Take(2048));
            foreach (var (name, options) in variants)
            {
                await using var mine = new EngineUnderTest(network, texts, new InferenceOptions());
                await using var its = new EngineUnderTest(network, texts, options);
                List<Pace> standard = [], other = [];
                for (var round = 0; round < Rounds; round++)
                {
                    standard.Add((await mine.SaturateAsync(_seconds)).Pace);
                    other.Add((await its.SaturateAsync(_seconds)).Pace);
                }

                rows.Add([network.Name, name, Ratio(other.Zip(standard, (a, b) => a.PerSecond / b.PerSecond)), Ratio(other.Zip(standard, (a, b) => a.PerCpuSecond / b.PerCpuSecond))]);
                Console.Error.WriteLine(string.Join(' ', rows[^1]));
            }
        }

        Table.Print(["Network", "option", "texts/s, of the default's", "the same by processor time"], rows);
    }

    private static string Ratio(IEnumerable<double> ratios) => Percentiles.Of(ratios).P50.ToString("0.00", CultureInfo.InvariantCulture);
}
