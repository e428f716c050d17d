using System.Text.Json.Serialization;

namespace SocialSentiment.Contracts.Predictions;

/// <summary>A text whose author's feelings somebody wants to know now.</summary>
/// <param name="Text">1 to 5,000 characters.</param>
/// <param name="Model">Which model shall answer, by its key; the active one if absent.</param>
/// <param name="IncludeProbabilities">Whether the answer has the probability of each label; it has if absent.</param>
/// <param name="TimeoutMs">How long the caller waits, from 50 to 60,000 ms; in time the lexicon answers instead of a model that is slow. 2,000 if absent.</param>
/// <param name="Cache">Whether an answer that this version of the model gave to the same text before will do; it will if absent.</param>
/// <param name="Store">Whether the prediction is kept for analytics; it is if absent.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PredictionRequest(
    string? Text,
    string? Model = null,
    bool IncludeProbabilities = true,
    int? TimeoutMs = null,
    bool Cache = true,
    bool Store = true);

/// <summary>Texts whose authors' feelings somebody wants to know now.</summary>
/// <param name="Texts">1 to 1,000 of them; one that is not valid gets an error and its neighbours their answers.</param>
/// <param name="Model">Which model shall answer, by its key; the active one if absent.</param>
/// <param name="IncludeProbabilities">Whether the answers have the probability of each label; they have if absent.</param>
/// <param name="TimeoutMs">How long the caller waits, from 50 to 60,000 ms; 30,000 if absent.</param>
/// <param name="Cache">Whether answers that this version of the model gave to the same texts before will do; they will if absent.</param>
/// <param name="Store">Whether the predictions are kept for analytics; they are if absent.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PredictionBatchRequest(
    IReadOnlyList<string?>? Texts,
    string? Model = null,
    bool IncludeProbabilities = true,
    int? TimeoutMs = null,
    bool Cache = true,
    bool Store = true);
