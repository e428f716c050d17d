using System.Diagnostics;
using System.Globalization;
using SocialSentiment.Bench;
using SocialSentiment.Bench.Generate;

const string Usage = """
    Usage: --cache FOLDER [--peers FOLDER --modules FOLDER] [--rounds N] [--threads N] [--models a,b]
      --cache    where the models are kept that have been made
      --peers    where writer.js is, and --modules where its packages are
      --rounds   how often everybody writes at least, by turns (9)
      --seconds  how long all together write each number of drafts at least (10)
      --threads  of everybody (1)
      --models   only those whose names begin so
    """;
const int PromptTokens = 60;
const int Tokens = 30;
const double WarmUpSeconds = 4;

if (Arguments.Read(args, Usage, "cache", "peers", "modules", "rounds", "seconds", "threads", "models") is not { } arguments)
{
    return 2;
}

var rounds = arguments.Count("rounds", 9);
var seconds = arguments.Number("seconds", 10);
var threads = arguments.Count("threads", 1);
var names = arguments.Text("models")?.Split(',');
List<string[]> rows = [];
foreach (var model in BenchModel.Open(arguments.Required("cache")).Where(model => names is null || names.Any(name => model.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase))))
{
    var prompt = model.Prompt(PromptTokens);
    List<IWriter> writers = [new BareWriter(model, threads), new EngineWriter(model, threads)];
    if (arguments.Text("peers") is { } peers)
    {
        writers.Add(new PeerWriter(model, threads, peers, arguments.Required("modules")));
    }

    foreach (var samples in (int[])[1, 3])
    {
        var timings = writers.ToDictionary(writer => writer, _ => new List<Timing>());

        // Two compilers look on for a while before they do their best.
        await TakeTurnsAsync(0, WarmUpSeconds, (writer, round) => writer.WriteAsync(prompt, samples, Tokens, round));
        await TakeTurnsAsync(rounds, seconds, async (writer, round) => timings[writer].Add(await writer.WriteAsync(prompt, samples, Tokens, round)));
        Console.Error.WriteLine($"-- {model.Name}, {samples} at once, prompt of {prompt.Ids.Length} tokens, {timings.Values.First().Count} rounds");
        rows.AddRange(writers.Select(writer => Row(model, samples, writer, timings)));
    }

    async Task TakeTurnsAsync(int least, double seconds, Func<IWriter, int, Task> turn)
    {
        var started = Stopwatch.GetTimestamp();
        for (var round = 0; round < least || Stopwatch.GetElapsedTime(started).TotalSeconds < seconds; round++)
        {
            foreach (var writer in writers)
            {
                await turn(writer, round);
            }
        }
    }

    foreach (var writer in writers)
    {
        await writer.DisposeAsync();
    }
}

Table.Print(["Model", "drafts", "", "first token, ms", "all, ms", "tokens/s after the first", "the same, of the bare loop", "all, of the bare loop", "all, of transformers.js"], rows);
return 0;

string[] Row(BenchModel model, int samples, IWriter writer, Dictionary<IWriter, List<Timing>> timings)
{
    var all = timings[writer];
    var bare = timings.First(pair => pair.Key is BareWriter).Value;
    var peer = timings.FirstOrDefault(pair => pair.Key is PeerWriter).Value;

    // Ratios are taken within each round, where the machine was the same for all.
    return
    [
        model.Name,
        Number(samples),
        writer.Name,
        Number(Median(all.Select(timing => timing.First))),
        Number(Median(all.Select(timing => timing.All))),
        Number(Median(all.Select(timing => samples * (Tokens - 1) * 1_000 / (timing.All - timing.First)))),
        Median(all.Zip(bare, (mine, its) => (its.All - its.First) / (mine.All - mine.First))).ToString("0.00", CultureInfo.InvariantCulture),
        Median(all.Zip(bare, (mine, its) => its.All / mine.All)).ToString("0.00", CultureInfo.InvariantCulture),
        peer is null ? "-" : Median(all.Zip(peer, (mine, its) => its.All / mine.All)).ToString("0.00", CultureInfo.InvariantCulture),
    ];
}

static double Median(IEnumerable<double> values) => Percentiles.Of(values).P50;

static string Number(double value) => value.ToString(value < 100 ? "0.#" : "#,0", CultureInfo.InvariantCulture);
