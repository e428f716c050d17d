using System.Text.Json;
using System.Text.Json.Serialization;
using SocialSentiment.Contracts.Posts;

namespace SocialSentiment.Contracts.Predictions;

/// <summary>A text to label.</summary>
/// <param name="Text">1 to 5,000 characters.</param>
/// <param name="Model">Which model shall answer; the active one if absent.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PredictRequest(string? Text, string? Model = null);

/// <summary>Texts to label.</summary>
/// <param name="Texts">1 to 1,000 of them.</param>
/// <param name="Model">Which model shall answer; the active one if absent.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PredictBatchRequest(IReadOnlyList<string?>? Texts, string? Model = null);

/// <summary>Something for a model to do.</summary>
/// <param name="ModelType"><c>sentiment</c> for the active model, or the key of a model.</param>
/// <param name="Data">A text, a list of texts, or an object with <c>text</c> or <c>texts</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record InferenceRequest(string? ModelType, JsonElement? Data);

/// <summary>How the author of a text feels, as a model sees it.</summary>
/// <param name="Sentiment">The likeliest label.</param>
/// <param name="Confidence">How sure the model is of it, from 0 to 1.</param>
/// <param name="Probabilities">The probability of each label.</param>
/// <param name="ModelUsed">The model that answered.</param>
/// <param name="ModelVersion">Its exact version.</param>
/// <param name="Precision">The arithmetic that it runs in.</param>
/// <param name="ProcessingTimeMs">How long it took, waiting included.</param>
public sealed record ModelPrediction(
    SentimentLabel Sentiment,
    double Confidence,
    LabelProbabilities Probabilities,
    string ModelUsed,
    string ModelVersion,
    string Precision,
    double ProcessingTimeMs);

/// <summary>The answers to a batch.</summary>
/// <param name="Results">One per text, in their order.</param>
/// <param name="ModelUsed">The model that answered.</param>
/// <param name="ModelVersion">Its exact version.</param>
/// <param name="Precision">The arithmetic that it runs in.</param>
/// <param name="BatchSize">How many texts there were.</param>
/// <param name="Failed">How many of them got no label.</param>
/// <param name="TotalProcessingTimeMs">How long it took, waiting included.</param>
public sealed record ModelPredictionBatch(
    IReadOnlyList<ModelPredictionItem> Results,
    string ModelUsed,
    string ModelVersion,
    string Precision,
    int BatchSize,
    int Failed,
    double TotalProcessingTimeMs);

/// <summary>One answer of a batch: a label, or why there is none.</summary>
/// <param name="Sentiment">The likeliest label.</param>
/// <param name="Confidence">How sure the model is of it.</param>
/// <param name="Probabilities">The probability of each label.</param>
/// <param name="Error">Why this text has no label; its neighbours may have theirs.</param>
public sealed record ModelPredictionItem(SentimentLabel? Sentiment, double? Confidence, LabelProbabilities? Probabilities, string? Error = null);
