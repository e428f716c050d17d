using System.Globalization;

namespace SocialSentiment.Bench.Inference;

/// <summary>The model service over HTTP, and what people build in Node, with the same network, texts and callers on the same cores.</summary>
internal sealed class Services(BenchModels models, IReadOnlyList<string> texts, Arguments arguments)
{
    private const int Rounds = 3;
    private const int BatchCallers = 4;
    private const int BatchSize = 32;
    private static readonly (string, string)[] s_shapes = [(BenchModels.DistilBert, "DistilBERT"), (BenchModels.Roberta, "RoBERTa-base")];
    private static readonly int[] s_callers = [1, 8, 64];

    private readonly double _seconds = arguments.Number("seconds", 2);

    public async Task RunAsync()
    {
        List<string[]> rows = [];
        foreach (var (key, shape) in s_shapes)
        {
            await MeasureAsync(new Network(shape, models.Entry(key), models.Stored(key), "int8", texts.Take(2048)), rows);
        }

        Console.WriteLine($"Over HTTP, {Environment.ProcessorCount} cores for server and callers together\n");
        Table.Print(["Network", "server", "callers", "texts/s", "p50 ms", "p99 ms", "failed", "ours against it", "the same by processor time"], rows);
        Console.WriteLine();
    }

    private async Task MeasureAsync(Network network, List<string[]> rows)
    {
        List<Server> servers = [];
        try
        {
            servers.Add(await Server.StartWorkerAsync(arguments.Required("worker"), models, network.Entry.Key, network.Precision));
            if (arguments.Text("peers") is { } peers)
            {
                var (script, modules) = (Path.Combine(peers, "server.js"), arguments.Required("modules"));
                servers.Add(await Server.StartPeerAsync("Node", script, modules, network, threads: null));
                servers.Add(await Server.StartPeerAsync($"Node, {Environment.ProcessorCount} threads", script, modules, network, Environment.ProcessorCount));
            }

            byte[][] singles = [.. texts.Take(2048).Select(Server.Predict)];
            byte[][] batches = [.. texts.Take(2048).Chunk(BatchSize).Select(Server.PredictBatch)];
            foreach (var server in servers)
            {
                await ClosedLoop.RunAsync(server, "/predict", singles, 8, _seconds);
            }

            foreach (var callers in s_callers)
            {
                var results = servers.ToDictionary(server => server, _ => new Result());
                for (var round = 0; round < Rounds; round++)
                {
                    foreach (var server in servers)
                    {
                        results[server].Add(await ClosedLoop.RunAsync(server, "/predict", singles, callers, _seconds), 1);
                    }
                }

                rows.AddRange(servers.Select(server => results[server].Row(network.Name, server.Name, $"{callers}", server == servers[0] ? null : results[servers[0]])));
            }

            var batch = new Result();
            for (var round = 0; round < Rounds; round++)
            {
                batch.Add(await ClosedLoop.RunAsync(servers[0], "/predict/batch", batches, BatchCallers, _seconds), BatchSize);
            }

            rows.Add(batch.Row(network.Name, servers[0].Name, $"{BatchCallers}, {BatchSize} texts each", null));
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
        }
    }

    private sealed class Result
    {
        private readonly List<double> _rates = [];
        private readonly List<double> _cpuRates = [];
        private readonly List<double> _latencies = [];
        private int _failed;

        public void Add(Answers answers, int texts)
        {
            _rates.Add(answers.PerSecond * texts);
            _cpuRates.Add(answers.PerCpuSecond * texts);
            _latencies.AddRange(answers.Latencies);
            _failed += answers.Failed;
        }

        public string[] Row(string network, string server, string callers, Result? ours)
        {
            var latencies = Percentiles.Of(_latencies);
            return
            [
                network, server, callers, Percentiles.Of(_rates).P50.ToString("#,0", CultureInfo.InvariantCulture),
                $"{latencies.P50:0.0}", $"{latencies.P99:0.0}", $"{_failed}", Ratio(ours?._rates, _rates), Ratio(ours?._cpuRates, _cpuRates),
            ];
        }

        /// <summary>Round by round: what the machine did besides was much the same for both.</summary>
        private static string Ratio(List<double>? ours, List<double> its)
            => ours is null ? "-" : $"{Percentiles.Of(ours.Zip(its, (mine, other) => mine / other)).P50:0.0} x";
    }
}
