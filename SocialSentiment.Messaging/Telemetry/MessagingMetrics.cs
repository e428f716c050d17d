using System.Diagnostics.Metrics;

namespace SocialSentiment.Messaging;

/// <summary>What is counted and measured about messages. Tagged with the queue, and where it matters with a reason.</summary>
internal sealed class MessagingMetrics
{
    public const string MeterName = "SocialSentiment.Messaging";

    private static readonly InstrumentAdvice<double> s_durations = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800],
    };

    private readonly Counter<long> _published;
    private readonly Counter<long> _publishFailed;
    private readonly Histogram<double> _publishDuration;
    private readonly Counter<long> _received;
    private readonly Counter<long> _handled;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _retried;
    private readonly Counter<long> _deadLettered;
    private readonly Counter<long> _suspected;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _handlingDuration;
    private readonly Histogram<double> _queueWait;

    public MessagingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _published = meter.CreateCounter<long>("sentiment.messaging.published", "{message}", "Messages that the broker confirmed.");
        _publishFailed = meter.CreateCounter<long>("sentiment.messaging.publish.failed", "{message}", "Messages that the broker did not confirm, by reason.");
        _publishDuration = meter.CreateHistogram("sentiment.messaging.publish.duration", "s", "How long the broker took to confirm what was published together.", advice: s_durations);
        _received = meter.CreateCounter<long>("sentiment.messaging.received", "{message}", "Messages that arrived.");
        _handled = meter.CreateCounter<long>("sentiment.messaging.handled", "{message}", "Messages that a handler was done with.");
        _failed = meter.CreateCounter<long>("sentiment.messaging.failed", "{failure}", "Calls of a handler that failed, by reason: transient or not.");
        _retried = meter.CreateCounter<long>("sentiment.messaging.retried", "{message}", "Messages that were tried again, alone.");
        _deadLettered = meter.CreateCounter<long>("sentiment.messaging.dead_lettered", "{message}", "Messages that were moved to the dead letters, by reason.");
        _suspected = meter.CreateCounter<long>("sentiment.messaging.suspected", "{message}", "Messages that were put aside because whoever had them may have died of them.");
        _batchSize = meter.CreateHistogram(
            "sentiment.messaging.batch.size",
            "{message}",
            "How many messages a handler got at once.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] });
        _handlingDuration = meter.CreateHistogram("sentiment.messaging.handling.duration", "s", "How long a handler took.", advice: s_durations);
        _queueWait = meter.CreateHistogram("sentiment.messaging.queue.wait", "s", "How long messages were on their way, by the clocks of both ends.", advice: s_durations);
    }

    public void Published(string queue, int messages, TimeSpan duration)
    {
        if (messages > 0)
        {
            _published.Add(messages, Queue(queue));
        }

        _publishDuration.Record(duration.TotalSeconds, Queue(queue));
    }

    public void PublishFailed(string queue, PublishFailure reason) => _publishFailed.Add(1, Queue(queue), Reason(ReasonOf(reason)));

    public void Received(string queue, TimeSpan? waited)
    {
        _received.Add(1, Queue(queue));
        if (waited is { } time && time >= TimeSpan.Zero)
        {
            _queueWait.Record(time.TotalSeconds, Queue(queue));
        }
    }

    public void Tried(string queue, int messages, TimeSpan duration)
    {
        _batchSize.Record(messages, Queue(queue));
        _handlingDuration.Record(duration.TotalSeconds, Queue(queue));
    }

    public void Handled(string queue, int messages) => _handled.Add(messages, Queue(queue));

    public void Failed(string queue, bool transient) => _failed.Add(1, Queue(queue), Reason(transient ? "transient" : "error"));

    public void Retried(string queue) => _retried.Add(1, Queue(queue));

    public void DeadLettered(string queue, string reason) => _deadLettered.Add(1, Queue(queue), Reason(reason));

    public void Suspected(string queue, int messages) => _suspected.Add(messages, Queue(queue));

    private static KeyValuePair<string, object?> Queue(string queue) => new("queue", queue);

    private static KeyValuePair<string, object?> Reason(string reason) => new("reason", reason);

    private static string ReasonOf(PublishFailure reason) => reason switch
    {
        PublishFailure.Nacked => "nacked",
        PublishFailure.Returned => "returned",
        PublishFailure.TimedOut => "timed_out",
        _ => "not_connected",
    };
}
