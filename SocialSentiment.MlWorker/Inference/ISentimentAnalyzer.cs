using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Posts;

namespace SocialSentiment.MlWorker.Inference;

/// <summary>
/// What labels the posts of a queue: whichever model is active. It takes a whole batch at once and fails it as a whole;
/// who called it finds out which text was at fault.
/// </summary>
internal interface ISentimentAnalyzer
{
    /// <summary>The answers, in the order of the texts.</summary>
    Task<IReadOnlyList<Analysis>> AnalyzeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken);
}

/// <summary>What a model makes of one text, and which model it was.</summary>
internal readonly record struct Analysis(SentimentLabel Label, double Confidence, LabelProbabilities Probabilities, AnalyzerIdentity Analyzer);

/// <summary>Exactly which model answered.</summary>
/// <param name="Model">Its key in the catalog.</param>
/// <param name="Version">Its exact version.</param>
/// <param name="Precision">The arithmetic it runs in.</param>
internal sealed record AnalyzerIdentity(string Model, string Version, string Precision);
