using SocialSentiment.Bench;
using SocialSentiment.Bench.Inference;

const string Usage = """
    Usage: COMMAND --cache FOLDER [--texts PLACE] [--seconds N]
      models     only makes the models, and says where they are
      compute    the bare runtime and the engine in this process, on the cores that it may use
      tune       the engine with other options than those it has by default
      http       the worker, and with --peers FOLDER --modules FOLDER the Node servers, under the same callers
      swaps      one model after the other takes its place under load (--swaps N)
      soak       the worker for a long time (--minutes N --svg FILE --csv FILE)
    --cache      where the models are kept that have been made
    --texts      a file or folder of texts, one per line; made up if not given
    --seconds    of each measurement
    --worker     the worker's assembly, for http and soak
    """;

if (args is not [var command, .. var rest]
    || Arguments.Read(rest, Usage, "cache", "texts", "seconds", "worker", "peers", "modules", "swaps", "minutes", "svg", "csv", "scan") is not { } arguments)
{
    Console.Error.WriteLine(Usage);
    return 2;
}

// Always the same order, and not that of a collection that is sorted by something.
string[] texts = [.. arguments.Text("texts") is { } place ? Texts.Read(place) : Texts.MakeUp(10_000)];
new Random(1).Shuffle(texts);
var models = await BenchModels.OpenAsync(arguments.Required("cache"), texts);
switch (command)
{
    case "models":
        Console.WriteLine(models.Folder);
        return 0;
    case "compute":
        await new Compute(models, texts, arguments).RunAsync();
        return 0;
    case "http":
        await new Services(models, texts, arguments).RunAsync();
        return 0;
    case "swaps":
        await new Swaps(models, texts, arguments).RunAsync();
        return 0;
    case "soak":
        await new Soak(models, texts, arguments).RunAsync();
        return 0;
    case "tune":
        await new Tune(models, texts, arguments).RunAsync();
        return 0;
    default:
        Console.Error.WriteLine($"There is no command '{command}'.\n{Usage}");
        return 2;
}
