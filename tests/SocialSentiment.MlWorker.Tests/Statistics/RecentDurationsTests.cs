using SocialSentiment.MlWorker.Inference.Statistics;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Statistics;

public sealed class RecentDurationsTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Of_nothing_there_are_no_percentiles() => Assert.Null(new RecentDurations(_time).Percentile(0.5));

    [Theory]
    [InlineData(0.02)]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(1_000)]
    [InlineData(60_000)]
    public void Percentiles_are_right_to_within_a_tenth(double scale)
    {
        var durations = new RecentDurations(_time);
        var random = new Random(1);
        double[] values = [.. Enumerable.Range(0, 2_000).Select(_ => scale * (0.5 + random.NextDouble()))];
        foreach (var value in values)
        {
            durations.Record(TimeSpan.FromMilliseconds(value));
        }

        values.Sort();
        foreach (var share in (double[])[0.01, 0.5, 0.95, 0.99, 1])
        {
            var exact = values[(int)Math.Ceiling(share * values.Length) - 1];
            Assert.InRange(durations.Percentile(share)!.Value, 0.9 * exact, 1.1 * exact);
        }
    }

    [Fact]
    public void What_is_shorter_or_longer_than_anything_measurable_counts_too()
    {
        var durations = new RecentDurations(_time);
        durations.Record(TimeSpan.Zero);
        durations.Record(TimeSpan.FromTicks(-5));
        durations.Record(TimeSpan.FromDays(1));

        Assert.InRange(durations.Percentile(0.5)!.Value, 0, 0.02);
        Assert.InRange(durations.Percentile(1)!.Value, 50_000, double.MaxValue);
    }

    [Fact]
    public void They_are_forgotten_after_a_minute_or_two()
    {
        var durations = new RecentDurations(_time);
        durations.Record(TimeSpan.FromSeconds(5));

        _time.Advance(TimeSpan.FromSeconds(70));
        durations.Record(TimeSpan.FromMilliseconds(5));
        Assert.InRange(durations.Percentile(1)!.Value, 4_500, 5_500);

        _time.Advance(TimeSpan.FromSeconds(70));
        Assert.InRange(durations.Percentile(1)!.Value, 4.5, 5.5);

        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(durations.Percentile(1));
    }

    [Fact]
    public void Many_threads_may_record_at_once()
    {
        var durations = new RecentDurations(TimeProvider.System);

        Parallel.For(0, 10_000, i => durations.Record(TimeSpan.FromMilliseconds(i < 9_000 ? 1 : 100)));

        Assert.InRange(durations.Percentile(0.89)!.Value, 0.9, 1.1);
        Assert.InRange(durations.Percentile(0.91)!.Value, 90, 110);
    }
}
