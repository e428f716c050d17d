namespace SocialSentiment.MlWorker.Inference.Batching;

/// <summary>Who waits for an answer.</summary>
internal enum Priority
{
    /// <summary>A caller. Goes first, and is refused when there is no room.</summary>
    Interactive,

    /// <summary>A queue. Goes when nobody else does, or has waited its time, and waits for room.</summary>
    Bulk,
}
