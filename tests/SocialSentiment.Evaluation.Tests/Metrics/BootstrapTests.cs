using SocialSentiment.Contracts;
using SocialSentiment.Evaluation.Metrics;

namespace SocialSentiment.Evaluation.Tests.Metrics;

public sealed class BootstrapTests
{
    // 400 texts, 80 % of which are right.
    private static readonly SentimentLabel[] s_gold = LabelledTexts.FromLetters(new string('p', 400));
    private static readonly SentimentLabel[] s_said = LabelledTexts.FromLetters(new string('p', 320) + new string('n', 80));

    [Fact]
    public void The_interval_of_a_share_is_that_of_the_textbook()
    {
        var interval = Bootstrap.Of(s_gold, s_said, all => all.Accuracy)[0];

        // 1.96 standard deviations of a share of 0.8 in 400: 0.0392.
        Assert.Equal(0.8, interval.Value);
        Assert.Equal(0.7608, interval.Low, 0.01);
        Assert.Equal(0.8392, interval.High, 0.01);
    }

    [Fact]
    public void It_is_the_same_each_time_and_no_width_remains_where_all_is_right()
    {
        Assert.Equal(Bootstrap.Of(s_gold, s_said, all => all.Accuracy), Bootstrap.Of(s_gold, s_said, all => all.Accuracy));
        Assert.Equal(new Interval(1, 1, 1), Bootstrap.Of(s_gold, s_gold, all => all.MacroRecall)[0]);
    }

    [Fact]
    public void A_lead_is_judged_on_the_same_texts()
    {
        Assert.Equal(new Interval(0, 0, 0), Bootstrap.Lead(s_gold, s_said, s_said, all => all.Accuracy));

        // Right of 10 texts more, and wrong of none that the other has right: as texts are drawn together, that is a clear lead.
        var better = s_said.ToArray();
        better.AsSpan(320, 10).Fill(SentimentLabel.Positive);
        var lead = Bootstrap.Lead(s_gold, better, s_said, all => all.Accuracy);
        Assert.Equal(0.025, lead.Value);
        Assert.InRange(lead.Low, 0.005, 0.02);
        Assert.InRange(lead.High, 0.03, 0.05);
    }
}
