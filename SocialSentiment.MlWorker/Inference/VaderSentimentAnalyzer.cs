using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Vader;

namespace SocialSentiment.MlWorker.Inference;

/// <summary>Labels by the lexicon.</summary>
internal sealed class VaderSentimentAnalyzer : ISentimentAnalyzer
{
    private static readonly AnalyzerIdentity s_identity = new("vader", VaderAnalyzer.ReferenceVersion, "rules");

    public Task<IReadOnlyList<Analysis>> AnalyzeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var analyses = new Analysis[texts.Count];
        for (var i = 0; i < analyses.Length; i++)
        {
            analyses[i] = Analyze(texts[i]);
        }

        return Task.FromResult<IReadOnlyList<Analysis>>(analyses);
    }

    private static Analysis Analyze(string text)
    {
        var score = VaderAnalyzer.Default.Analyze(text);
        var distribution = VaderDistribution.Of(score);
        var (label, confidence) = score.Label switch
        {
            VaderLabel.Negative => (SentimentLabel.Negative, distribution.Negative),
            VaderLabel.Neutral => (SentimentLabel.Neutral, distribution.Neutral),
            _ => (SentimentLabel.Positive, distribution.Positive),
        };
        return new Analysis(label, confidence, new LabelProbabilities(distribution.Negative, distribution.Neutral, distribution.Positive), s_identity);
    }
}
