using SocialSentiment.Bench;
using SocialSentiment.Evaluation;
using SocialSentiment.Evaluation.PlainTexts;
using SocialSentiment.Evaluation.Reports;

const string Usage = """
    Usage: [--data FOLDER] [--models a,b,...] [--downloads FOLDER] [--write yes]
      tests/evaluate says what these mean.
    """;

if (Arguments.Read(args, Usage, "data", "models", "downloads", "write") is not { } arguments)
{
    return 2;
}

if (LabelledTexts.FindDevSet(arguments.Text("data")) is not { } devSet)
{
    Console.Error.WriteLine("The dev set (tweets/dev.tsv) is not on this machine: name its folder with --data or in SENTIMENT_DATA.");
    return 1;
}

var write = arguments.Text("write") == "yes";
await using var worker = await WorkerModels.OpenAsync(arguments.Text("downloads"), CancellationToken.None);
var keys = arguments.Text("models")?.Split(',') ?? worker.Present();
if (write && !keys.Contains(Evaluator.Shipped))
{
    Console.Error.WriteLine($"What is written belongs to {Evaluator.Shipped}: it has to be among the models.");
    return 2;
}

var record = await new Evaluator(worker, devSet).RunAsync(keys, Console.Error.WriteLine, CancellationToken.None);
var plain = PlainText.Read(Repository.PlainTexts);
Console.WriteLine(ModelsReport.Of(record, plain));
foreach (var model in record.Models)
{
    string[] wrong = [.. Words.Wrong(plain, LabelledTexts.FromLetters(model.SaidOfPlainTexts))];
    Console.WriteLine($"Plain texts that {model.Key} has wrong ({wrong.Length}):{string.Concat(wrong.Select(text => $"\n  {text}"))}\n");
}

if (record.Models.Any(model => model.Key == Evaluator.Shipped))
{
    Console.WriteLine(CardReport.Of(record, plain));
}

if (write)
{
    record.Write(Repository.Record);
    Write(Repository.ModelsGuide, ModelsReport.Of(record, plain));
    Write(Repository.Card, CardReport.Of(record, plain));
}

return 0;

static void Write(string path, string report) => File.WriteAllText(path, MarkedText.Replace(File.ReadAllText(path), report));
