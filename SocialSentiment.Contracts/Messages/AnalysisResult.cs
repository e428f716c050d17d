using SocialSentiment.Contracts.Posts;

namespace SocialSentiment.Contracts.Messages;

/// <summary>What the worker found out about one job; travels on the queue <c>results</c>.</summary>
/// <param name="JobId">The job that this answers.</param>
/// <param name="PostId">The post.</param>
/// <param name="Revision">The revision that was analysed.</param>
/// <param name="Label">How the author feels.</param>
/// <param name="Confidence">How sure the model is of the label, from 0 to 1.</param>
/// <param name="Probabilities">The probability of each label.</param>
/// <param name="Provenance">Who says so.</param>
public sealed record AnalysisResult(
    Guid JobId,
    Guid PostId,
    int Revision,
    SentimentLabel Label,
    double Confidence,
    LabelProbabilities Probabilities,
    Provenance Provenance);
