using System.Text.Json.Serialization;
using SocialSentiment.Contracts.Predictions;

namespace SocialSentiment.Contracts.Messages;

/// <summary>What a worker says to somebody who waits: the labels, or why there are none.</summary>
public sealed record PredictReply(ModelPredictionBatch? Answer, PredictRefusal? Refusal = null);

/// <param name="Kind">What kind of reason.</param>
/// <param name="Reason">In plain words.</param>
public sealed record PredictRefusal(PredictRefusalKind Kind, string Reason);

/// <summary>Why a worker has no labels to give.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<PredictRefusalKind>))]
public enum PredictRefusalKind
{
    /// <summary>There is no such model.</summary>
    Unknown,

    /// <summary>Its files are not here, or something else is being done with it.</summary>
    NotHere,

    /// <summary>It cannot be used for this, whatever is done about it.</summary>
    Unusable,

    /// <summary>There is no memory for it.</summary>
    TooLarge,

    /// <summary>It should have answered and did not.</summary>
    Failed,
}
