using SocialSentiment.Contracts;
using SocialSentiment.Evaluation.Metrics;

namespace SocialSentiment.Evaluation.Records;

/// <summary>How good a model's labels are.</summary>
internal sealed record Scores(Interval MacroRecall, Interval MacroF1, Interval Accuracy, LabelScores Negative, LabelScores Neutral, LabelScores Positive)
{
    public static Scores Of(IReadOnlyList<SentimentLabel> gold, IReadOnlyList<SentimentLabel> said)
    {
        var intervals = Bootstrap.Of(
            gold,
            said,
            [
                all => all.MacroRecall, all => all.MacroF1, all => all.Accuracy,
                .. Confusion.All.SelectMany(label => (Func<Confusion, double>[])[all => all.Precision(label), all => all.Recall(label), all => all.F1(label)]),
            ]);
        LabelScores[] labels = [.. intervals.Skip(3).Chunk(3).Select(three => new LabelScores(three[0], three[1], three[2]))];
        return new Scores(intervals[0], intervals[1], intervals[2], labels[0], labels[1], labels[2]);
    }

    public LabelScores Label(SentimentLabel label) => label switch
    {
        SentimentLabel.Negative => Negative,
        SentimentLabel.Neutral => Neutral,
        _ => Positive,
    };
}

/// <summary>The same of one label.</summary>
internal sealed record LabelScores(Interval Precision, Interval Recall, Interval F1);
