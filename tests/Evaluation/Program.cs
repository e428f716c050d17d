using SocialSentiment.Bench;
using SocialSentiment.Evaluation;
using SocialSentiment.Evaluation.PlainTexts;
using SocialSentiment.Evaluation.Replies;
using SocialSentiment.Evaluation.Reports;

const string Usage = """
    Usage: [--data FOLDER] [--models a,b,...] [--downloads FOLDER] [--write yes]
      tests/evaluate says what these mean.
    """;

if (args is ["replies", .. var rest])
{
    return await RepliesProgram.RunAsync(rest, CancellationToken.None);
}

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
    MarkedText.ReplaceIn(Repository.ModelsGuide, MarkedText.Labels, ModelsReport.Of(record, plain));
    MarkedText.ReplaceIn(Repository.Card, MarkedText.Labels, CardReport.Of(record, plain));
}

return 0;
