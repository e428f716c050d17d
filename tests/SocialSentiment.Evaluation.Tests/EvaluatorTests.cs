using Microsoft.Extensions.Logging.Abstractions;
using SocialSentiment.Evaluation.PlainTexts;
using SocialSentiment.Evaluation.Records;
using SocialSentiment.Evaluation.Reports;
using SocialSentiment.MlWorker.Models.Store;
using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Repositories;

namespace SocialSentiment.Evaluation.Tests;

/// <summary>Beside the models that are always there: one that was downloaded and knows two labels, and one that cannot be asked.</summary>
public sealed class EvaluatorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("evaluator-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_model_that_is_here_is_asked_and_who_cannot_be_is_left_out_with_the_reason()
    {
        (string Text, int Label)[] known =
            [.. Opinions.For(2), ("I love this, it is wonderful!", 1), ("What a great day, thank you all.", 1), ("This is terrible, I hate it.", 0), ("The worst service I have ever had.", 0)];
        Download("distilbert", known);
        var devSet = Path.Combine(_folder, "dev.tsv");
        File.WriteAllLines(devSet, known.Select(text => $"{(text.Label == 1 ? "positive" : "negative")}\t{text.Text}").Append("neutral\tThe shop opens on Monday at ten."));

        await using var worker = await WorkerModels.OpenAsync(Path.Combine(_folder, "models"), Token);
        Assert.Equal(["compact", "distilbert", "vader", "ensemble"], worker.Present());
        List<string> progress = [];
        var record = await new Evaluator(worker, devSet).RunAsync(["distilbert", "openai", "vader"], progress.Add, Token);

        Assert.Equal(["distilbert", "vader"], record.Models.Select(model => model.Key));
        Assert.Contains(progress, line => line.StartsWith("openai is left out: ", StringComparison.Ordinal));
        var distilbert = record.Model("distilbert");
        Assert.Equal(("int8", false), (distilbert.Precision, distilbert.SaysNeutral));
        Assert.Equal((record.Gold[..^1], false), (distilbert.Said[..^1], distilbert.Said.Contains('0')));
        Assert.Equal(0.6667, distilbert.Scores.MacroRecall.Value);

        var path = Path.Combine(_folder, "evaluation.json");
        record.Write(path);
        var plain = PlainText.Read(Repository.PlainTexts);
        var report = ModelsReport.Of(EvaluationRecord.Read(path), plain);
        Assert.Equal(ModelsReport.Of(record, plain), report);
        Assert.Contains("| `distilbert` \\* |", report, StringComparison.Ordinal);
        Assert.Contains("never says neutral", report, StringComparison.Ordinal);
    }

    /// <summary>Puts a small network where a download would have put the model's.</summary>
    private void Download(string key, (string Text, int Label)[] opinions)
    {
        var commit = new string('c', 40);
        var store = new ModelStore(Path.Combine(_folder, "models"), Repository.Models, new ModelDisk(), TimeProvider.System, NullLogger<ModelStore>.Instance);
        var staging = store.Stage(key, commit);
        TestRepository.WriteDistilBert(staging, opinions: opinions);
        ModelFile[] files = [.. Directory.EnumerateFiles(staging, "*", SearchOption.AllDirectories).Select(path =>
            new ModelFile(Path.GetRelativePath(staging, path).Replace('\\', '/'), new FileInfo(path).Length, LabelledTexts.Sha256(path)))];
        store.Publish(staging, key, $"tests/{key}", commit, files, licence: null);
    }
}
