namespace SocialSentiment.Messaging;

/// <summary>Why a message was not sent, or is not known to be.</summary>
public enum PublishFailure
{
    /// <summary>The broker refused it; the queue is full.</summary>
    Nacked,

    /// <summary>There is no such queue.</summary>
    Returned,

    /// <summary>The broker said nothing in time. The message may have arrived all the same.</summary>
    TimedOut,

    /// <summary>
    /// There is no connection, it was lost before the broker confirmed (then the message may have arrived all the same),
    /// or the broker takes no messages.
    /// </summary>
    NotConnected,
}

/// <summary>The broker has not confirmed a message.</summary>
public sealed class PublishFailedException(PublishFailure reason, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public PublishFailure Reason { get; } = reason;
}
