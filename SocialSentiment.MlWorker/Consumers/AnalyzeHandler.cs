using System.Diagnostics;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Messaging;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.ServiceDefaults.Faults;

namespace SocialSentiment.MlWorker.Consumers;

/// <summary>
/// Analyses posts as they come and publishes each result. A job is settled only after the broker has its result, so a
/// crash at any point leads to a second result, never to none.
/// </summary>
internal sealed class AnalyzeHandler(ISentimentAnalyzer analyzer, Publisher publisher, ServiceInfo service, WorkerMetrics metrics, TimeProvider time) : IBatchHandler<AnalyzeJob>
{
    public async Task HandleAsync(IReadOnlyList<Delivery<AnalyzeJob>> batch, CancellationToken cancellationToken)
    {
        await Failpoint.HitAsync("analyze.received", cancellationToken);
        foreach (var delivery in batch)
        {
            Failpoint.Poison(delivery.Body.Text);
        }

        var spans = Spans(batch);
        var started = time.GetTimestamp();
        var analyses = await analyzer.AnalyzeAsync([.. batch.Select(delivery => delivery.Body.Text)], cancellationToken);
        var took = time.GetElapsedTime(started);
        var now = time.GetUtcNow();
        foreach (var span in spans)
        {
            span?.Dispose();
        }

        metrics.Analyzed(batch.Count, took);

        var results = new OutgoingMessage<AnalysisResult>[batch.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var (delivery, analysis) = (batch[i], analyses[i]);
            var trace = spans[i]?.Context ?? delivery.Trace;
            var provenance = new Provenance(
                analysis.Analyzer.Model,
                analysis.Analyzer.Version,
                analysis.Analyzer.Precision,
                delivery.Attempt,
                service.Instance,
                trace.TraceId == default ? null : trace.TraceId.ToHexString(),
                took.TotalMilliseconds / batch.Count,
                now);
            var result = new AnalysisResult(
                delivery.Body.JobId, delivery.Body.PostId, delivery.Body.Revision, analysis.Label, analysis.Confidence, analysis.Probabilities, provenance);
            results[i] = new OutgoingMessage<AnalysisResult>(result, delivery.Body.JobId.ToString("N"), trace);
        }

        await Failpoint.HitAsync("analyze.before-publish", cancellationToken);
        var outcomes = await publisher.PublishBatchAsync(Queues.Results, results, cancellationToken);
        await Failpoint.HitAsync("analyze.after-publish", cancellationToken);

        // A result that the broker did not take is analysed again: that is cheaper than remembering it.
        if (outcomes.FirstOrDefault(outcome => outcome is not null) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>One span per traced post; most posts of a batch are not traced.</summary>
    private static Activity?[] Spans(IReadOnlyList<Delivery<AnalyzeJob>> batch)
    {
        var spans = new Activity?[batch.Count];
        var current = Activity.Current;
        for (var i = 0; i < spans.Length; i++)
        {
            if ((batch[i].Trace.TraceFlags & ActivityTraceFlags.Recorded) != 0)
            {
                spans[i] = WorkerTelemetry.Source.StartActivity("analyze", ActivityKind.Internal, batch[i].Trace);
                spans[i]?.SetTag("sentiment.post.id", batch[i].Body.PostId).SetTag("sentiment.batch.size", batch.Count);
            }
        }

        // Side by side, not one inside the other.
        Activity.Current = current;
        return spans;
    }
}
