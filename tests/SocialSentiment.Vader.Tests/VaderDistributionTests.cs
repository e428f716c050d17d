namespace SocialSentiment.Vader.Tests;

public sealed class VaderDistributionTests
{
    [Fact]
    public void It_adds_up_to_one_and_is_highest_for_the_label()
    {
        for (var compound = -1.0; compound <= 1.0; compound += 0.001)
        {
            foreach (var (positive, negative) in new[] { (0.0, 0.0), (0.4, 0.0), (0.0, 1.0), (0.5, 0.5), (0.1, 0.7) })
            {
                var score = new VaderScore(Math.Round(compound, 4), positive, 1 - positive - negative, negative);
                var distribution = VaderDistribution.Of(score);

                Assert.Equal(1, distribution.Negative + distribution.Neutral + distribution.Positive, 12);
                Assert.All([distribution.Negative, distribution.Neutral, distribution.Positive], share => Assert.InRange(share, 0, 1));
                var highest = score.Label switch
                {
                    VaderLabel.Positive => distribution.Positive,
                    VaderLabel.Negative => distribution.Negative,
                    _ => distribution.Neutral,
                };
                Assert.Equal(Math.Max(distribution.Negative, Math.Max(distribution.Neutral, distribution.Positive)), highest);
            }
        }
    }

    [Fact]
    public void Certainty_grows_with_the_compound()
    {
        Assert.Equal(1, VaderDistribution.Of(new VaderScore(1, 1, 0, 0)).Positive);
        Assert.Equal(1, VaderDistribution.Of(new VaderScore(-1, 0, 0, 1)).Negative);
        Assert.Equal(1, VaderDistribution.Of(new VaderScore(0, 0, 1, 0)).Neutral);
        Assert.True(VaderDistribution.Of(new VaderScore(0.3, 0.2, 0.8, 0)).Positive < VaderDistribution.Of(new VaderScore(0.6, 0.2, 0.8, 0)).Positive);
    }
}
