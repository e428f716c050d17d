using System.Diagnostics.Metrics;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.Replies;

namespace SocialSentiment.MlWorker.Replies;

/// <summary>Drafts, in numbers.</summary>
internal sealed class ReplyMetrics
{
    private readonly Counter<long> _drafts;
    private readonly Counter<long> _refused;
    private readonly Histogram<double> _duration;

    public ReplyMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(WorkerTelemetry.Name);
        _drafts = meter.CreateCounter<long>("sentiment.drafts.written", "{draft}", "Drafts that are shown, by the model that was asked and by who wrote them.");
        _refused = meter.CreateCounter<long>("sentiment.drafts.refused", "{draft}", "What a model wrote and is not shown, by what is wrong with it.");
        _duration = meter.CreateHistogram(
            "sentiment.drafts.duration",
            "s",
            "How long an order took a worker.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });
    }

    public void Written(string model, DraftSelection selection, TimeSpan took)
    {
        var by = new KeyValuePair<string, object?>("model", model);
        _duration.Record(took.TotalSeconds, by);
        foreach (var draft in selection.Drafts)
        {
            _drafts.Add(1, by, new("source", draft.Source == ReplySource.Model ? "model" : "template"));
        }

        foreach (var refused in selection.Refused)
        {
            _refused.Add(1, by, new("fault", refused.Refusal.Fault.ToString()));
        }
    }
}
