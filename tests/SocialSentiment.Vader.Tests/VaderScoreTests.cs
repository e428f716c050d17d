namespace SocialSentiment.Vader.Tests;

public sealed class VaderScoreTests
{
    [Theory]
    [InlineData(1, VaderLabel.Positive)]
    [InlineData(0.05, VaderLabel.Positive)]
    [InlineData(0.0499, VaderLabel.Neutral)]
    [InlineData(0, VaderLabel.Neutral)]
    [InlineData(-0.0499, VaderLabel.Neutral)]
    [InlineData(-0.05, VaderLabel.Negative)]
    [InlineData(-1, VaderLabel.Negative)]
    public void The_usual_thresholds_label_a_compound(double compound, VaderLabel label) =>
        Assert.Equal(label, new VaderScore(compound, 0, 1, 0).Label);

    [Fact]
    public void A_threshold_of_ones_own()
    {
        var score = new VaderScore(0.3, 0, 1, 0);

        Assert.Equal(VaderLabel.Positive, score.LabelAt(0.3));
        Assert.Equal(VaderLabel.Neutral, score.LabelAt(0.31));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_threshold_that_cannot_separate_is_refused(double threshold) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new VaderScore(0, 0, 1, 0).LabelAt(threshold));

    [Fact]
    public void A_text_without_words_is_neutral() => Assert.Equal(VaderLabel.Neutral, VaderAnalyzer.Default.Analyze("").Label);
}
