using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SocialSentiment.Bench;
using SocialSentiment.Bench.Size;

const string Usage = """
    Fills the database with made-up posts, past the API, and measures the API's answers at each size.
      --postgres STRING   connection string of the API's database (its posts are deleted)
      --api URL           the API on that database
      --key KEY           shown with each request; none is needed on the same machine in Development
      --sizes N,N,...     (10000,1000000,10000000)
      --texts PLACE       a file or folder of texts, one per line; made up if not given
      --repeat N          requests of each kind (50)
      --fill yes|no       no: measure with the posts that are there (yes)
      --json FILE         write the numbers there too
    """;

if (Arguments.Read(args, Usage, "postgres", "api", "key", "sizes", "texts", "repeat", "fill", "json") is not { } arguments)
{
    return 2;
}

var texts = arguments.Text("texts") is { } place ? Texts.Read(place) : Texts.MakeUp(20_000);
var fill = arguments.Text("fill", "yes") == "yes";
long[] sizes = [.. arguments.Text("sizes", "10000,1000000,10000000").Split(',').Select(size => long.Parse(size, CultureInfo.InvariantCulture))];
var filler = new PostFiller(arguments.Required("postgres"));
using var questions = new Questions(new Uri(arguments.Required("api")), arguments.Text("key"), arguments.Count("repeat", 50));
var results = new Dictionary<string, Dictionary<long, (Percentiles Latency, int Failed)>>();
if (!fill)
{
    sizes = [await filler.CountAsync()];
}

foreach (var size in sizes)
{
    var started = Stopwatch.GetTimestamp();
    if (fill)
    {
        await filler.FillAsync(size, texts);
    }

    Console.WriteLine($"{size:N0} posts written in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s; the database takes {await filler.SizeAsync() / 1e9:0.00} GB.");
    await foreach (var (kind, latency, failed) in questions.AskAsync(filler.Oldest, filler.Newest))
    {
        if (!results.TryGetValue(kind, out var bySize))
        {
            results[kind] = bySize = [];
        }

        bySize[size] = (latency, failed);
        Console.WriteLine($"  {kind}: {Cell(bySize[size])}");
    }
}

Console.WriteLine();
Table.Print(
    ["ms at p50 / p95", .. sizes.Select(size => $"{size:N0} posts")],
    results.Select(kind => (string[])[kind.Key, .. sizes.Select(size => Cell(kind.Value[size]))]));
if (arguments.Text("json") is { } file)
{
    await File.WriteAllTextAsync(file, JsonSerializer.Serialize(results.ToDictionary(kind => kind.Key, kind => kind.Value.ToDictionary(size => size.Key, size => size.Value.Latency))));
}

return 0;

static string Cell((Percentiles Latency, int Failed) of)
    => $"{of.Latency.P50:0.0} / {of.Latency.P95:0.0}{(of.Failed > 0 ? $", {of.Failed} of {of.Latency.Count} given up" : "")}";
