using System.Diagnostics.Metrics;
using SocialSentiment.Contracts.Replies;

namespace SocialSentiment.Api.Replies;

/// <summary>Orders for drafts and what becomes of them, in numbers.</summary>
internal sealed class ReplyMetrics
{
    private readonly Counter<long> _ordered;
    private readonly Counter<long> _drafts;
    private readonly Counter<long> _decisions;
    private readonly Histogram<double> _duration;
    private double _recentSeconds = 1;

    public ReplyMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(ApiTelemetry.Name);
        _ordered = meter.CreateCounter<long>("sentiment.replies.orders", "{order}", "Orders for drafts, by what became of the request.");
        _drafts = meter.CreateCounter<long>("sentiment.replies.drafts", "{draft}", "Drafts, by who wrote them.");
        _decisions = meter.CreateCounter<long>("sentiment.replies.decisions", "{draft}", "What people made of drafts, by who wrote them.");
        _duration = meter.CreateHistogram(
            "sentiment.replies.duration",
            "s",
            "From an order to its drafts.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120] });
    }

    /// <summary>How long a worker has recently been busy with an order.</summary>
    public TimeSpan Recent => TimeSpan.FromSeconds(Volatile.Read(ref _recentSeconds));

    public void Ordered(string outcome) => _ordered.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Finished(TimeSpan sinceOrdered, TimeSpan sinceStarted, IEnumerable<ReplySource> sources)
    {
        _duration.Record(sinceOrdered.TotalSeconds);
        Volatile.Write(ref _recentSeconds, (0.8 * _recentSeconds) + (0.2 * Math.Max(0, sinceStarted.TotalSeconds)));
        foreach (var source in sources)
        {
            _drafts.Add(1, new KeyValuePair<string, object?>("source", Name(source)));
        }
    }

    public void Decided(ReplyDecision decision, ReplySource source)
        => _decisions.Add(1, new KeyValuePair<string, object?>("decision", Name(decision)), new KeyValuePair<string, object?>("source", Name(source)));

    private static string Name<T>(T value)
        where T : struct, Enum
        => value.ToString().ToLowerInvariant();
}
