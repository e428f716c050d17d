using SocialSentiment.Contracts;
using SocialSentiment.Evaluation.Metrics;

namespace SocialSentiment.Evaluation.Tests.Metrics;

public sealed class ConfusionTests
{
    // 4 negative, 2 neutral, 4 positive.
    private static readonly SentimentLabel[] s_gold = LabelledTexts.FromLetters("nnnn00pppp");
    private static readonly SentimentLabel[] s_said = LabelledTexts.FromLetters("nnn0" + "0p" + "pp0n");

    [Fact]
    public void Measures_are_those_that_one_gets_by_hand()
    {
        var confusion = Confusion.Of(s_gold, s_said);

        Assert.Equal((10, 4, 3), (confusion.Total, confusion.Gold(SentimentLabel.Positive), confusion.Said(SentimentLabel.Positive)));
        Assert.Equal(1, confusion[SentimentLabel.Positive, SentimentLabel.Negative]);
        Assert.Equal(0.6, confusion.Accuracy, 12);
        Assert.Equal([0.75, 0.5, 0.5], Confusion.All.Select(confusion.Recall));
        Assert.Equal([3 / 4.0, 1 / 3.0, 2 / 3.0], Confusion.All.Select(confusion.Precision));
        Assert.Equal([6 / 8.0, 2 / 5.0, 4 / 7.0], Confusion.All.Select(confusion.F1));
        Assert.Equal((0.75 + 0.5 + 0.5) / 3, confusion.MacroRecall, 12);
        Assert.Equal(((6 / 8.0) + (2 / 5.0) + (4 / 7.0)) / 3, confusion.MacroF1, 12);
    }

    [Fact]
    public void A_label_that_does_not_occur_does_not_count_and_one_that_is_never_given_has_no_precision()
    {
        var confusion = Confusion.Of(LabelledTexts.FromLetters("nnpp"), LabelledTexts.FromLetters("nppp"));

        Assert.Equal(0.75, confusion.MacroRecall, 12);
        Assert.Equal((0, 0), (confusion.Precision(SentimentLabel.Neutral), confusion.Recall(SentimentLabel.Neutral)));
        Assert.Equal(0, new Confusion().MacroRecall);
    }

    [Fact]
    public void Answers_have_to_be_as_many_as_texts() => Assert.Throws<ArgumentException>(() => Confusion.Of(s_gold, s_said[1..]));
}
