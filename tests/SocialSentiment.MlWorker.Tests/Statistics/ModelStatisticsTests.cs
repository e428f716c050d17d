using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using SocialSentiment.MlWorker.Inference.Statistics;
using SocialSentiment.MlWorker.Tests.Batching;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Statistics;

public sealed class ModelStatisticsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Batches_are_counted_with_their_tokens_their_padding_and_their_times()
    {
        await using var bench = new BatcherBench();
        var asked = bench.AskAsync([BatcherBench.Text(1, length: 10)]);
        var batch = await bench.Runners.NextAsync(Token);
        var waiting = bench.AskAsync([BatcherBench.Text(2, length: 6), BatcherBench.Text(3, length: 10)]);
        bench.Time.Advance(TimeSpan.FromSeconds(4));
        batch.Release();
        batch = await bench.Runners.NextAsync(Token);
        bench.Time.Advance(TimeSpan.FromSeconds(2));
        batch.Release();
        await Task.WhenAll(asked, waiting);

        var statistics = bench.Statistics;
        Assert.Equal((2, 2, 1.5), (statistics.Batches, statistics.LargestBatch, statistics.MeanBatch));
        Assert.Equal(26, statistics.Tokens);
        Assert.Equal(4.0 / 30, statistics.PaddingRatio, 1e-9);
        Assert.Equal(26 / 6.0, statistics.TokensPerSecond, 1e-9);
        Assert.InRange(statistics.Run.Percentile(0.5)!.Value, 1_800, 2_200);
        Assert.InRange(statistics.Run.Percentile(1)!.Value, 3_600, 4_400);
        Assert.InRange(statistics.QueueWait.Percentile(0.3)!.Value, 0, 1);
        Assert.InRange(statistics.QueueWait.Percentile(0.5)!.Value, 3_600, 4_400);
    }

    [Fact]
    public void Answers_errors_and_refusals_are_counted_here_and_for_the_dashboard_by_model()
    {
        var metrics = new InferenceMetrics(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
        List<string> measured = [];
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            measured.Add($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}"));
        foreach (var instrument in (Instrument[])[metrics.Texts, metrics.Rejected])
        {
            listener.EnableMeasurementEvents(instrument);
        }

        var statistics = new ModelStatistics("tiny", metrics, TimeProvider.System);
        statistics.Answered(5, 2, TimeSpan.FromMilliseconds(20));
        statistics.Answered(1, 0, TimeSpan.FromMilliseconds(20));
        statistics.Refused(7);
        statistics.TimeWasUp();

        Assert.Equal((2, 6, 2, 7, 1), (statistics.Requests, statistics.Texts, statistics.Errors, statistics.Rejected, statistics.Expired));
        Assert.InRange(statistics.Latency.Percentile(0.5)!.Value, 18, 22);
        Assert.Equal(
            [
                "sentiment.inference.texts 3 model=tiny outcome=ok",
                "sentiment.inference.texts 2 model=tiny outcome=error",
                "sentiment.inference.texts 1 model=tiny outcome=ok",
                "sentiment.inference.rejected 7 model=tiny reason=overloaded",
                "sentiment.inference.rejected 1 model=tiny reason=expired",
            ],
            measured);
    }

    [Fact]
    public void Of_nothing_there_are_no_ratios()
    {
        var statistics = TestStatistics.Create();

        Assert.Equal((0.0, 0.0, 0.0), (statistics.MeanBatch, statistics.PaddingRatio, statistics.TokensPerSecond));
    }
}
