using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Posts;

namespace SocialSentiment.Api.Predictions;

/// <summary>What a model, or the lexicon, made of a text; the compound is from -1 to 1.</summary>
internal sealed record Scores(SentimentLabel Label, double Confidence, double Compound, LabelProbabilities Probabilities, string Model, string Version);
