using System.Diagnostics.Metrics;

namespace SocialSentiment.Api.Predictions;

/// <summary>What becomes of those who wait for a label, in numbers.</summary>
internal sealed class PredictionMetrics
{
    private readonly Counter<long> _answers;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _lookups;
    private readonly Counter<long> _kept;
    private readonly Counter<long> _dropped;
    private readonly Histogram<double> _duration;

    public PredictionMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(ApiTelemetry.Name);
        _answers = meter.CreateCounter<long>("sentiment.predictions.answers", "{text}", "Texts labelled for callers who waited, by who answered and why.");
        _refused = meter.CreateCounter<long>("sentiment.predictions.refused", "{request}", "Requests refused since too many were under way.");
        _lookups = meter.CreateCounter<long>("sentiment.predictions.cache.lookups", "{text}", "Texts looked up among the remembered answers, by whether they were there.");
        _kept = meter.CreateCounter<long>("sentiment.predictions.kept", "{prediction}", "Predictions kept for analytics.");
        _dropped = meter.CreateCounter<long>("sentiment.predictions.dropped", "{prediction}", "Predictions that were answered and not kept, since the database did not keep up.");
        _duration = meter.CreateHistogram(
            "sentiment.predictions.duration",
            "s",
            "From a request to its answer.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });
    }

    public void Answered(IReadOnlyList<Answer> answers, TimeSpan took)
    {
        foreach (var answer in answers)
        {
            _answers.Add(
                1,
                new KeyValuePair<string, object?>("model", answer.Scores.Model),
                new KeyValuePair<string, object?>("fallback", answer.Fallback is { } reason ? FallbackReasons.Name(reason) : "no"));
        }

        _duration.Record(took.TotalSeconds);
    }

    public void Refused() => _refused.Add(1);

    public void LookedUp(int found, int missing)
    {
        if (found > 0)
        {
            _lookups.Add(found, new KeyValuePair<string, object?>("result", "hit"));
        }

        if (missing > 0)
        {
            _lookups.Add(missing, new KeyValuePair<string, object?>("result", "miss"));
        }
    }

    public void Kept(int predictions) => _kept.Add(predictions);

    public void Dropped(int predictions) => _dropped.Add(predictions);
}
