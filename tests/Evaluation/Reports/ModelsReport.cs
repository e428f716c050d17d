using System.Text;
using SocialSentiment.Bench;
using SocialSentiment.Evaluation.Metrics;
using SocialSentiment.Evaluation.PlainTexts;
using SocialSentiment.Evaluation.Records;

namespace SocialSentiment.Evaluation.Reports;

/// <summary>All models side by side, for docs/models.md.</summary>
internal static class ModelsReport
{
    private static readonly string[] s_head =
        ["Model", "Precision", "Macro recall (95 %)", "Accuracy", "Macro F1", "Recall negative", "neutral", "positive", "ECE", "Plain texts", "Hard ones"];

    private static readonly (string One, string Other)[] s_pairs = [(Evaluator.Shipped, "vader"), ("ensemble", Evaluator.Shipped)];

    public static string Of(EvaluationRecord record, IReadOnlyList<PlainText> plain)
    {
        var report = new StringBuilder(Table.Of(s_head, record.Models.Select(model => Row(model, plain))));
        if (record.Models.Any(model => !model.SaysNeutral))
        {
            report.Append("\n\\* It knows two labels and never says neutral: of three labels it cannot have more than two right.\n");
        }

        string[] comparisons = [.. s_pairs.Where(pair => Has(pair.One) && Has(pair.Other)).Select(pair => Compare(record, pair.One, pair.Other))];
        return report.Append(comparisons.Length > 0 ? $"\n{string.Join('\n', comparisons)}\n" : "").ToString();

        bool Has(string key) => record.Models.Any(model => model.Key == key);
    }

    private static string[] Row(ModelRecord model, IReadOnlyList<PlainText> plain)
    {
        var scores = model.Scores;
        var (right, of) = Words.Right(model, plain, text => !text.IsHard);
        var (rightHard, ofHard) = Words.Right(model, plain, text => text.IsHard);
        return
        [
            $"`{model.Key}`{(model.SaysNeutral ? "" : " \\*")}", model.Precision, Words.Percent(scores.MacroRecall),
            Words.Percent(scores.Accuracy.Value), Words.Percent(scores.MacroF1.Value),
            .. Confusion.All.Select(label => Words.Percent(scores.Label(label).Recall.Value)),
            Words.Percent(Calibration.Error(model.Confidence)), $"{right} of {of}", $"{rightHard} of {ofHard}",
        ];
    }

    private static string Compare(EvaluationRecord record, string one, string other)
    {
        var lead = Bootstrap.Lead(
            LabelledTexts.FromLetters(record.Gold),
            LabelledTexts.FromLetters(record.Model(one).Said),
            LabelledTexts.FromLetters(record.Model(other).Said),
            all => all.MacroRecall);
        var verdict = lead.Low > 0 ? "ahead" : lead.High < 0 ? "behind" : "no clear difference";
        return $"`{one}` against `{other}`, on the same tweets: {(lead.Value < 0 ? "" : "+")}{Words.Percent(lead)} points of macro recall, {verdict}.";
    }
}
