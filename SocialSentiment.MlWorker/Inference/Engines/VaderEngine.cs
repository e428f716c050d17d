using SocialSentiment.Vader;

namespace SocialSentiment.MlWorker.Inference.Engines;

/// <summary>Labels by the lexicon.</summary>
internal sealed class VaderEngine : ISentimentEngine
{
    public string Precision => "rules";

    public bool CanSayNeutral => true;

    public int Inside => 0;

    public ValueTask<AnalyzerIdentity?> AnalyzeAsync(ReadOnlyMemory<string> texts, Memory<TextScores> results, Call call, CancellationToken cancellationToken)
    {
        for (var i = 0; i < texts.Length; i++)
        {
            var score = VaderAnalyzer.Default.Analyze(texts.Span[i]);
            var distribution = VaderDistribution.Of(score);
            results.Span[i] = new TextScores(distribution.Negative, distribution.Neutral, distribution.Positive);
        }

        return default;
    }

    public ValueTask DisposeAsync() => default;
}
