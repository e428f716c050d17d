using System.Diagnostics.Metrics;

namespace SocialSentiment.MlWorker.Consumers;

/// <summary>What the worker does, in numbers; how long jobs waited for it is counted where messages come in.</summary>
internal sealed class WorkerMetrics
{
    private readonly Counter<long> _analyzed;
    private readonly Histogram<double> _duration;

    public WorkerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(WorkerTelemetry.Name);
        _analyzed = meter.CreateCounter<long>("sentiment.worker.analyzed", "{post}", "Posts analysed.");
        _duration = meter.CreateHistogram(
            "sentiment.inference.duration",
            "s",
            "How long one batch took to analyse.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] });
    }

    public void Analyzed(int posts, TimeSpan took)
    {
        _analyzed.Add(posts);
        _duration.Record(took.TotalSeconds);
    }
}
