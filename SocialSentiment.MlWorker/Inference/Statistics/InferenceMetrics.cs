using System.Diagnostics.Metrics;

namespace SocialSentiment.MlWorker.Inference.Statistics;

/// <summary>What models do, for the dashboard; always with the model's key, never with a text.</summary>
internal sealed class InferenceMetrics
{
    private static readonly double[] s_durations =
        [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Meter _meter;

    public InferenceMetrics(IMeterFactory meters)
    {
        var meter = _meter = meters.Create(WorkerTelemetry.Name);
        StageDuration = meter.CreateHistogram(
            "sentiment.inference.stage.duration", "s", "How long texts wait for their batch (stage=queue) and batches are computed (stage=run).",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = s_durations });
        BatchSize = meter.CreateHistogram(
            "sentiment.inference.batch.size", "{text}", "Texts in a batch.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128] });
        Padding = meter.CreateHistogram(
            "sentiment.inference.batch.padding_ratio", "1", "The share of a batch's tokens that only fill it up.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75] });
        Tokens = meter.CreateCounter<long>("sentiment.inference.tokens", "{token}", "Tokens computed, padding not counted.");
        Texts = meter.CreateCounter<long>("sentiment.inference.texts", "{text}", "Texts answered, by outcome.");
        Rejected = meter.CreateCounter<long>("sentiment.inference.rejected", "{text}", "Texts that were not computed, by reason.");
        Swaps = meter.CreateCounter<long>("sentiment.model.swaps", "{swap}", "Changes of the active model, by outcome.");
    }

    public Histogram<double> StageDuration { get; }

    public Histogram<int> BatchSize { get; }

    public Histogram<double> Padding { get; }

    public Counter<long> Tokens { get; }

    public Counter<long> Texts { get; }

    public Counter<long> Rejected { get; }

    public Counter<long> Swaps { get; }

    /// <summary>What can only be looked at: how much waits for each model, and what it takes.</summary>
    public void Observe(Func<IEnumerable<(string Model, int Inside, long Memory)>> look)
    {
        _meter.CreateObservableGauge(
            "sentiment.inference.queue.length", () => look().Select(model => new Measurement<int>(model.Inside, new KeyValuePair<string, object?>("model", model.Model))), "{text}", "Texts that wait or are being computed.");
        _meter.CreateObservableGauge(
            "sentiment.model.memory", () => look().Select(model => new Measurement<long>(model.Memory, new KeyValuePair<string, object?>("model", model.Model))), "By", "What a loaded model takes in memory.");
    }
}
