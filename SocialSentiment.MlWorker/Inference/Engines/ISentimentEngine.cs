using SocialSentiment.Contracts;
using SocialSentiment.MlWorker.Inference.Batching;

namespace SocialSentiment.MlWorker.Inference.Engines;

/// <summary>One model, loaded and ready to answer any number of callers at once.</summary>
internal interface ISentimentEngine : IAsyncDisposable
{
    /// <summary>The arithmetic it runs in; <c>rules</c> without a network, <c>remote</c> elsewhere.</summary>
    string Precision { get; }

    /// <summary>A model with two classes never says neutral.</summary>
    bool CanSayNeutral { get; }

    /// <summary>Texts inside, waiting or being computed.</summary>
    int Inside { get; }

    /// <summary>Whether it has stopped computing anything.</summary>
    bool IsBroken => false;

    /// <summary>Ends what is being computed, with an error, and takes nothing new: for a model that is not let in.</summary>
    void Abort()
    {
    }

    /// <summary>
    /// Fills in one result per text; a text that cannot be computed gets an error and its neighbours do not. Fails only
    /// when nothing can be computed at all.
    /// </summary>
    /// <returns>Who answered, where that is not always the same.</returns>
    ValueTask<AnalyzerIdentity?> AnalyzeAsync(ReadOnlyMemory<string> texts, Memory<TextScores> results, Call call, CancellationToken cancellationToken);
}

/// <summary>Who waits, and until when.</summary>
/// <param name="Deadline">A timestamp of the clock.</param>
internal readonly record struct Call(Priority Priority, long Deadline)
{
    public static readonly Call Bulk = new(Priority.Bulk, long.MaxValue);
}

/// <summary>How likely each label of a text is; or why nobody knows.</summary>
internal readonly record struct TextScores(double Negative, double Neutral, double Positive, Exception? Error = null)
{
    public SentimentLabel Label
        => Negative >= Neutral && Negative >= Positive ? SentimentLabel.Negative
        : Neutral >= Positive ? SentimentLabel.Neutral
        : SentimentLabel.Positive;

    public double Confidence => Math.Max(Negative, Math.Max(Neutral, Positive));
}
