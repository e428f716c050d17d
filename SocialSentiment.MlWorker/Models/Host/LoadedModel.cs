using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.MlWorker.Inference.Statistics;

namespace SocialSentiment.MlWorker.Models.Host;

/// <summary>A model for labels in memory.</summary>
internal sealed class LoadedModel : HeldModel
{
    public required ISentimentEngine Engine { get; init; }

    public required ModelStatistics Statistics { get; init; }

    protected override ValueTask EndItAsync() => Engine.DisposeAsync();
}

/// <summary>Whether a model labels its golden texts rightly on this very processor.</summary>
/// <param name="Precision">The precision that was checked.</param>
/// <param name="Golden">How many texts it was asked.</param>
/// <param name="Note">What was not as wished: a precision that failed and was passed over, or that there was nothing to check.</param>
internal sealed record Verification(string Precision, int Golden, string? Note);
