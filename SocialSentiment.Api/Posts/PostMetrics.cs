using System.Diagnostics.Metrics;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Posts;

namespace SocialSentiment.Api.Posts;

/// <summary>What becomes of posts, in numbers.</summary>
internal sealed class PostMetrics
{
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _enqueued;
    private readonly Counter<long> _labelled;
    private readonly Counter<long> _stale;
    private readonly Counter<long> _provisional;
    private readonly Counter<long> _dead;
    private readonly Counter<long> _reconciled;
    private readonly Histogram<double> _latency;

    public PostMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(ApiTelemetry.Name);
        _accepted = meter.CreateCounter<long>("sentiment.posts.accepted", "{post}", "Posts written.");
        _refused = meter.CreateCounter<long>("sentiment.posts.refused", "{post}", "Posts refused for lack of room.");
        _enqueued = meter.CreateCounter<long>("sentiment.posts.published", "{post}", "Jobs that the broker has confirmed.");
        _labelled = meter.CreateCounter<long>("sentiment.posts.labelled", "{post}", "Posts that got their final label.");
        _stale = meter.CreateCounter<long>("sentiment.results.stale", "{result}", "Results that came twice, too late, or for an earlier revision.");
        _provisional = meter.CreateCounter<long>("sentiment.posts.provisional", "{post}", "Posts that got a provisional label.");
        _dead = meter.CreateCounter<long>("sentiment.posts.dead", "{post}", "Posts that could not be analysed.");
        _reconciled = meter.CreateCounter<long>("sentiment.posts.reconciled", "{post}", "Posts whose job was lost and sent out again.");
        _latency = meter.CreateHistogram(
            "sentiment.posts.latency",
            "s",
            "From the acceptance of a post to its final label.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] });
    }

    public void Written(IReadOnlyList<WriteResult> results)
    {
        var accepted = results.Count(result => result.Outcome == PostOutcome.Accepted);
        if (accepted > 0)
        {
            _accepted.Add(accepted);
        }
    }

    public void Refused(int posts, string reason) => _refused.Add(posts, new KeyValuePair<string, object?>("reason", reason));

    public void Published(int jobs) => _enqueued.Add(jobs);

    public void Labelled(SentimentLabel label, TimeSpan latency)
    {
        _labelled.Add(1, new KeyValuePair<string, object?>("label", LabelNames.Of(label)));
        _latency.Record(latency.TotalSeconds);
    }

    public void Stale(int results) => _stale.Add(results);

    public void Provisional(int posts) => _provisional.Add(posts);

    public void Dead(int posts) => _dead.Add(posts);

    public void Reconciled(int posts) => _reconciled.Add(posts);

    private static class LabelNames
    {
        public static string Of(SentimentLabel label) => label switch
        {
            SentimentLabel.Negative => "negative",
            SentimentLabel.Neutral => "neutral",
            _ => "positive",
        };
    }
}
