using SocialSentiment.Evaluation.Metrics;

namespace SocialSentiment.Evaluation.Tests.Metrics;

public sealed class CalibrationTests
{
    [Fact]
    public void The_error_is_the_mean_distance_between_confidence_and_truth()
    {
        // Four answers with 0.9, three of which are right; one with 1, which is wrong; one with 0.4, which is right.
        var bins = Calibration.Of([(0.9, true), (0.9, true), (0.9, true), (0.9, false), (1, false), (0.4, true)]);

        Assert.Equal(15, bins.Count);
        Assert.Equal(new ConfidenceBin(4, 3, 3.6), bins[13]);
        Assert.Equal(new ConfidenceBin(1, 0, 1), bins[14]);
        Assert.Equal(new ConfidenceBin(1, 1, 0.4), bins[6]);
        Assert.Equal(Interval.Round((0.6 + 1 + 0.6) / 6), Calibration.Error(bins));
        Assert.Equal(0, Calibration.Error(Calibration.Of([])));
    }
}
