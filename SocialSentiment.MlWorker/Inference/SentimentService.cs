using SocialSentiment.Contracts.Posts;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.MlWorker.Models.Host;

namespace SocialSentiment.MlWorker.Inference;

/// <summary>Asks a model: the one way to it, for queues and for callers.</summary>
internal sealed class SentimentService(ModelHost host, TimeProvider time) : ISentimentAnalyzer
{
    /// <summary>Fills in one result per text, and says who answered.</summary>
    /// <param name="model">None: the active one.</param>
    public async ValueTask<AnalyzerIdentity> AnalyzeAsync(
        string? model, ReadOnlyMemory<string> texts, Memory<TextScores> results, Call call, CancellationToken cancellationToken)
    {
        using var lease = await host.LeaseAsync(model, cancellationToken);
        var (engine, statistics) = (lease.Model.Engine, lease.Model.Statistics);
        var started = time.GetTimestamp();
        try
        {
            var identity = await engine.AnalyzeAsync(texts, results, call, cancellationToken) ?? lease.Model.Identity;
            statistics.Answered(texts.Length, Errors(results.Span[..texts.Length]), time.GetElapsedTime(started));
            return identity;
        }
        catch (ModelException error) when (error.Error != ModelError.Overloaded)
        {
            statistics.Answered(texts.Length, texts.Length, time.GetElapsedTime(started));
            throw;
        }
    }

    public async Task<IReadOnlyList<Analysis>> AnalyzeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var results = new TextScores[texts.Count];
        var identity = await AnalyzeAsync(model: null, texts as string[] ?? [.. texts], results, Call.Bulk, cancellationToken);
        var analyses = new Analysis[results.Length];
        for (var i = 0; i < analyses.Length; i++)
        {
            var result = results[i];
            if (result.Error is { } error)
            {
                throw error;
            }

            analyses[i] = new Analysis(result.Label, result.Confidence, new LabelProbabilities(result.Negative, result.Neutral, result.Positive), identity);
        }

        return analyses;
    }

    private static int Errors(ReadOnlySpan<TextScores> results)
    {
        var errors = 0;
        foreach (ref readonly var result in results)
        {
            errors += result.Error is null ? 0 : 1;
        }

        return errors;
    }
}
