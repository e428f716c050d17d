namespace SocialSentiment.Contracts.Posts;

/// <summary>The probability of each label; they add up to 1.</summary>
/// <param name="Negative">From 0 to 1.</param>
/// <param name="Neutral">From 0 to 1.</param>
/// <param name="Positive">From 0 to 1.</param>
public readonly record struct LabelProbabilities(double Negative, double Neutral, double Positive);
