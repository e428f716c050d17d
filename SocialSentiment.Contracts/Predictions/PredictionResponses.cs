using System.Text.Json.Serialization;
using SocialSentiment.Contracts.Posts;

namespace SocialSentiment.Contracts.Predictions;

/// <summary>How the author of a text feels, and who says so.</summary>
/// <param name="Sentiment">The likeliest label.</param>
/// <param name="Confidence">How sure the answer is of it, from 0 to 1.</param>
/// <param name="CompoundScore">All of it in one number, from -1 (negative) to 1 (positive): a model's probability of positive less that of negative, or the lexicon's compound.</param>
/// <param name="Probabilities">The probability of each label; absent if they were not wanted.</param>
/// <param name="ModelUsed">Who answered.</param>
/// <param name="ModelVersion">Its exact version.</param>
/// <param name="ProcessingTimeMs">How long it took here, waiting included.</param>
/// <param name="FallbackUsed">Whether the lexicon answered in the model's place.</param>
/// <param name="Timestamp">When it was answered.</param>
/// <param name="FallbackReason">Why the model did not answer.</param>
/// <param name="Cached">Whether this version of the model was asked the same before, and this is what it said.</param>
/// <param name="Id">Under which the prediction is kept; absent if it is not.</param>
public sealed record PredictionResponse(
    SentimentLabel Sentiment,
    double Confidence,
    double CompoundScore,
    LabelProbabilities? Probabilities,
    string ModelUsed,
    string ModelVersion,
    double ProcessingTimeMs,
    bool FallbackUsed,
    DateTimeOffset Timestamp,
    FallbackReason? FallbackReason = null,
    bool Cached = false,
    Guid? Id = null);

/// <summary>The answers to a batch.</summary>
/// <param name="Results">One per text, in their order.</param>
/// <param name="ModelUsed">Who answered most of them.</param>
/// <param name="ModelVersion">Its exact version.</param>
/// <param name="TotalProcessingTimeMs">How long it took here, waiting included.</param>
/// <param name="BatchSize">How many texts there were.</param>
/// <param name="Failed">How many of them got no label.</param>
/// <param name="FallbackUsed">Whether the lexicon answered for any of them in the model's place.</param>
/// <param name="Timestamp">When it was answered.</param>
public sealed record PredictionBatchResponse(
    IReadOnlyList<PredictionItem> Results,
    string ModelUsed,
    string ModelVersion,
    double TotalProcessingTimeMs,
    int BatchSize,
    int Failed,
    bool FallbackUsed,
    DateTimeOffset Timestamp);

/// <summary>One answer of a batch: a label, or why there is none.</summary>
/// <param name="Sentiment">The likeliest label.</param>
/// <param name="Confidence">How sure the answer is of it.</param>
/// <param name="CompoundScore">All of it in one number, from -1 to 1.</param>
/// <param name="Probabilities">The probability of each label; absent if they were not wanted.</param>
/// <param name="ModelUsed">Who answered.</param>
/// <param name="FallbackUsed">Whether the lexicon answered in the model's place.</param>
/// <param name="FallbackReason">Why the model did not answer.</param>
/// <param name="Cached">Whether the answer was known from before.</param>
/// <param name="Id">Under which the prediction is kept; absent if it is not.</param>
/// <param name="Error">Why this text has no label.</param>
public sealed record PredictionItem(
    SentimentLabel? Sentiment = null,
    double? Confidence = null,
    double? CompoundScore = null,
    LabelProbabilities? Probabilities = null,
    string? ModelUsed = null,
    bool FallbackUsed = false,
    FallbackReason? FallbackReason = null,
    bool Cached = false,
    Guid? Id = null,
    string? Error = null);

/// <summary>Why the lexicon answered in a model's place.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<FallbackReason>))]
public enum FallbackReason
{
    /// <summary>The circuit breaker is open: the model has failed too often lately.</summary>
    BreakerOpen,

    /// <summary>An operator keeps callers from the model.</summary>
    Isolated,

    /// <summary>No answer came while the caller waited.</summary>
    Timeout,

    /// <summary>There is no way to a worker: the broker is away, or no worker listens to it.</summary>
    Unreachable,

    /// <summary>The workers have no room for more.</summary>
    Overloaded,

    /// <summary>The model could not compute an answer.</summary>
    ModelFailed,
}

/// <summary>One page of kept predictions, newest first.</summary>
/// <param name="Items">The predictions.</param>
/// <param name="Next">Pass it as <c>after</c> to get the following page; absent on the last one.</param>
public sealed record PredictionPage(IReadOnlyList<KeptPrediction> Items, string? Next);

/// <summary>A prediction that was kept.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Timestamp">When it was answered.</param>
/// <param name="Text">What was asked.</param>
/// <param name="Sentiment">The label.</param>
/// <param name="Confidence">How sure the answer was.</param>
/// <param name="CompoundScore">All of it in one number, from -1 to 1.</param>
/// <param name="Probabilities">The probability of each label.</param>
/// <param name="ModelUsed">Who answered.</param>
/// <param name="ModelVersion">Its exact version.</param>
/// <param name="ProcessingTimeMs">How long it took.</param>
/// <param name="FallbackUsed">Whether the lexicon answered in the model's place.</param>
/// <param name="FallbackReason">Why the model did not answer.</param>
/// <param name="Cached">Whether the answer was known from before.</param>
/// <param name="Caller">Who asked: the name of the key.</param>
/// <param name="TraceId">The trace that shows how it was answered.</param>
public sealed record KeptPrediction(
    Guid Id,
    DateTimeOffset Timestamp,
    string Text,
    SentimentLabel Sentiment,
    double Confidence,
    double CompoundScore,
    LabelProbabilities Probabilities,
    string ModelUsed,
    string ModelVersion,
    double ProcessingTimeMs,
    bool FallbackUsed,
    FallbackReason? FallbackReason,
    bool Cached,
    string? Caller,
    string? TraceId);
