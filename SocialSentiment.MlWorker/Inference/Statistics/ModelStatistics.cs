using SocialSentiment.MlWorker.Inference.Batching;

namespace SocialSentiment.MlWorker.Inference.Statistics;

/// <summary>What one loaded model has done so far. Counting takes no lock and allocates nothing.</summary>
internal sealed class ModelStatistics(string model, InferenceMetrics metrics, TimeProvider time)
{
    private readonly KeyValuePair<string, object?> _model = new("model", model);
    private long _requests;
    private long _texts;
    private long _errors;
    private long _rejected;
    private long _expired;
    private long _batches;
    private long _batchedTexts;
    private long _tokens;
    private long _paddedTokens;
    private long _busyTicks;
    private int _largestBatch;

    public long Requests => Volatile.Read(ref _requests);

    public long Texts => Volatile.Read(ref _texts);

    public long Errors => Volatile.Read(ref _errors);

    public long Rejected => Volatile.Read(ref _rejected);

    public long Expired => Volatile.Read(ref _expired);

    public long Batches => Volatile.Read(ref _batches);

    public int LargestBatch => Volatile.Read(ref _largestBatch);

    public double MeanBatch => Ratio(_batchedTexts, Batches);

    public long Tokens => Volatile.Read(ref _tokens);

    public double PaddingRatio => Ratio(Volatile.Read(ref _paddedTokens) - Tokens, Volatile.Read(ref _paddedTokens));

    /// <summary>While it computes; not counting the time in which nothing was asked.</summary>
    public double TokensPerSecond => Ratio(Tokens, TimeSpan.FromTicks(Volatile.Read(ref _busyTicks)).TotalSeconds);

    /// <summary>From the arrival of a request to its answer.</summary>
    public RecentDurations Latency { get; } = new(time);

    public RecentDurations QueueWait { get; } = new(time);

    public RecentDurations Run { get; } = new(time);

    /// <summary>A request was answered, with as many errors among its texts.</summary>
    public void Answered(int texts, int errors, TimeSpan took)
    {
        Interlocked.Increment(ref _requests);
        Interlocked.Add(ref _texts, texts);
        Latency.Record(took);
        metrics.Texts.Add(texts - errors, _model, new("outcome", "ok"));
        if (errors > 0)
        {
            Interlocked.Add(ref _errors, errors);
            metrics.Texts.Add(errors, _model, new("outcome", "error"));
        }
    }

    /// <summary>There was no room for a request.</summary>
    public void Refused(int texts)
    {
        Interlocked.Add(ref _rejected, texts);
        metrics.Rejected.Add(texts, _model, new("reason", "overloaded"));
    }

    /// <summary>The time of a text was up before its turn came.</summary>
    public void TimeWasUp()
    {
        Interlocked.Increment(ref _expired);
        metrics.Rejected.Add(1, _model, new("reason", "expired"));
    }

    /// <summary>A batch was computed.</summary>
    public void Ran(ReadOnlySpan<Row> rows, int longest, long started, long ended)
    {
        var tokens = 0;
        foreach (ref readonly var row in rows)
        {
            tokens += row.Length;
            var waited = time.GetElapsedTime(row.Request.EnqueuedAt, started);
            QueueWait.Record(waited);
            metrics.StageDuration.Record(waited.TotalSeconds, _model, new("stage", "queue"));
        }

        var took = time.GetElapsedTime(started, ended);
        Run.Record(took);
        var padded = longest * rows.Length;
        Interlocked.Increment(ref _batches);
        Interlocked.Add(ref _batchedTexts, rows.Length);
        Interlocked.Add(ref _tokens, tokens);
        Interlocked.Add(ref _paddedTokens, padded);
        Interlocked.Add(ref _busyTicks, took.Ticks);
        int largest;
        while ((largest = LargestBatch) < rows.Length && Interlocked.CompareExchange(ref _largestBatch, rows.Length, largest) != largest)
        {
        }

        metrics.StageDuration.Record(took.TotalSeconds, _model, new("stage", "run"));
        metrics.BatchSize.Record(rows.Length, _model);
        metrics.Padding.Record(padded == 0 ? 0 : 1 - ((double)tokens / padded), _model);
        metrics.Tokens.Add(tokens, _model);
    }

    private static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;
}
