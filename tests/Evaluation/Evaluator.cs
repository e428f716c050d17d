using SocialSentiment.Contracts;
using SocialSentiment.Evaluation.Metrics;
using SocialSentiment.Evaluation.PlainTexts;
using SocialSentiment.Evaluation.Records;
using SocialSentiment.MlWorker.Inference;

namespace SocialSentiment.Evaluation;

/// <summary>Has models label the dev set and the plain texts.</summary>
internal sealed class Evaluator(WorkerModels worker, string devSet)
{
    /// <summary>The model that comes with the product and serves unless another is chosen.</summary>
    public const string Shipped = "compact";

    private const string About
        = "Written by tests/evaluate --write: what the models said of the dev set, and what follows from it. The gate in tests/SocialSentiment.Evaluation.Tests compares it with the files that are shipped, the card and docs/models.md.";

    private static readonly string[] s_files = ["config.json", "model.onnx", "vocab.txt"];

    private readonly IReadOnlyList<LabelledText> _dev = LabelledTexts.Read(devSet);
    private readonly IReadOnlyList<PlainText> _plain = PlainText.Read(Repository.PlainTexts);

    /// <param name="progress">Told what happens, in words.</param>
    public async Task<EvaluationRecord> RunAsync(IReadOnlyList<string> keys, Action<string> progress, CancellationToken cancellationToken)
    {
        List<ModelRecord> models = [];
        foreach (var key in keys)
        {
            progress($"{key}: {_dev.Count:#,0} tweets and {_plain.Count} plain texts");
            try
            {
                models.Add(await AskAsync(key, cancellationToken));
            }
            catch (ModelException error)
            {
                progress($"{key} is left out: {error.Message}");
            }
        }

        return new EvaluationRecord(
            About,
            Files(),
            LabelledTexts.Sha256(devSet),
            LabelledTexts.Sha256(Repository.PlainTexts),
            LabelledTexts.ToLetters(_dev.Select(text => text.Label)),
            models,
            models.FirstOrDefault(model => model.Key == Shipped) is { } shipped ? SlicesOf(shipped) : []);
    }

    /// <summary>What the shipped model is made of.</summary>
    public static IReadOnlyDictionary<string, string> Files()
        => s_files.ToDictionary(file => file, file => LabelledTexts.Sha256(Path.Combine(Repository.ShippedModel, file)));

    private async Task<ModelRecord> AskAsync(string key, CancellationToken cancellationToken)
    {
        var dev = await worker.AskAsync(key, [.. _dev.Select(text => text.Text)], cancellationToken);
        var plain = await worker.AskAsync(key, [.. _plain.Select(text => text.Text)], cancellationToken);
        SentimentLabel[] gold = [.. _dev.Select(text => text.Label)];
        SentimentLabel[] said = [.. dev.Scores.Select(score => score.Label)];
        return new ModelRecord(
            key,
            dev.By.Precision,
            dev.CanSayNeutral,
            LabelledTexts.ToLetters(said),
            LabelledTexts.ToLetters(plain.Scores.Select(score => score.Label)),
            Scores.Of(gold, said),
            Calibration.Of(dev.Scores.Select((score, i) => (score.Confidence, score.Label == gold[i]))));
    }

    private SliceRecord[] SlicesOf(ModelRecord model)
    {
        var said = LabelledTexts.FromLetters(model.Said);
        return [.. Slices.All.Select(slice =>
        {
            int[] inside = [.. Enumerable.Range(0, _dev.Count).Where(i => slice.Has(_dev[i].Text))];
            SentimentLabel[] gold = [.. inside.Select(i => _dev[i].Label)];
            return new SliceRecord(slice.Name, inside.Length, inside.Length > 0 ? Bootstrap.Of(gold, [.. inside.Select(i => said[i])], all => all.MacroRecall)[0] : null);
        })];
    }
}
