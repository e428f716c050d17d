using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Vader;

namespace SocialSentiment.Api.Predictions;

/// <summary>The analyzer that is always there: it is part of this process and needs nobody.</summary>
internal static class Lexicon
{
    public const string Model = "vader";
    public const string Version = VaderAnalyzer.ReferenceVersion;

    public static Scores Judge(string text)
    {
        var score = VaderAnalyzer.Default.Analyze(text);
        var label = score.Label switch
        {
            VaderLabel.Negative => SentimentLabel.Negative,
            VaderLabel.Neutral => SentimentLabel.Neutral,
            _ => SentimentLabel.Positive,
        };
        var distribution = VaderDistribution.Of(score);
        return new Scores(
            label,
            Math.Max(distribution.Negative, Math.Max(distribution.Neutral, distribution.Positive)),
            score.Compound,
            new LabelProbabilities(distribution.Negative, distribution.Neutral, distribution.Positive),
            Model,
            Version);
    }
}
