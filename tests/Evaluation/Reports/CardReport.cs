using SocialSentiment.Bench;
using SocialSentiment.Contracts;
using SocialSentiment.Evaluation.Metrics;
using SocialSentiment.Evaluation.PlainTexts;
using SocialSentiment.Evaluation.Records;

namespace SocialSentiment.Evaluation.Reports;

/// <summary>The shipped model in detail, for its card.</summary>
internal static class CardReport
{
    public static string Of(EvaluationRecord record, IReadOnlyList<PlainText> plain)
    {
        var model = record.Model(Evaluator.Shipped);
        var scores = model.Scores;
        var confusion = Confusion.Of(LabelledTexts.FromLetters(record.Gold), LabelledTexts.FromLetters(model.Said));
        return $"""
            On the {Words.Count(confusion.Total)} tweets for development, in per cent, with 95 % intervals (bootstrap over the tweets): macro-averaged recall {Words.Percent(scores.MacroRecall)}, accuracy {Words.Percent(scores.Accuracy)}, macro F1 {Words.Percent(scores.MacroF1)}. Expected calibration error {Words.Percent(Calibration.Error(model.Confidence))} (15 bins, confidences as they are served).

            {Table.Of(["Label", "Tweets", "Precision", "Recall", "F1"], Confusion.All.Select(label => Row(label, confusion, scores.Label(label))))}
            {Table.Of(["Is, and is called", .. Confusion.All.Select(Words.Of)], Confusion.All.Select(gold => Row(gold, confusion)))}
            {Table.Of(["Tweets", "Number", "Macro recall"], record.Slices.Select(Row))}
            {PlainTexts(model, plain)}

            """;
    }

    private static string[] Row(SentimentLabel label, Confusion confusion, LabelScores scores)
        => [Words.Of(label), Words.Count(confusion.Gold(label)), Words.Percent(scores.Precision), Words.Percent(scores.Recall), Words.Percent(scores.F1)];

    private static string[] Row(SentimentLabel gold, Confusion confusion)
        => [Words.Of(gold), .. Confusion.All.Select(said => Words.Count(confusion[gold, said]))];

    private static string[] Row(SliceRecord slice) => [slice.Name, Words.Count(slice.Texts), slice.MacroRecall is { } recall ? Words.Percent(recall) : "none among them"];

    private static string PlainTexts(ModelRecord model, IReadOnlyList<PlainText> plain)
    {
        var (right, of) = Words.Right(model, plain, text => !text.IsHard);
        var (rightHard, ofHard) = Words.Right(model, plain, text => text.IsHard);
        var (rightEmoji, ofEmoji) = Words.Right(model, plain, text => !text.IsHard && Slices.HasEmoji(text.Text));
        string[] wrong = [.. Words.Wrong(plain, LabelledTexts.FromLetters(model.SaidOfPlainTexts))];
        return $"Of {plain.Count} short, everyday texts (tests/Evaluation/PlainTexts, written by hand before any model saw them) {right} of {of} unmistakable ones are right ({Words.Percent((double)right / of)} %; {rightEmoji} of the {ofEmoji} with emoji), "
            + $"and {rightHard} of {ofHard} that are ironic, mixed or need a context."
            + (wrong.Length > 0 ? $" Wrong among the unmistakable ones: {string.Join(", ", wrong)}." : "");
    }
}
