namespace SocialSentiment.MlWorker.Inference;

/// <summary>Why a model gave no answer, or was not let in.</summary>
internal enum ModelError
{
    /// <summary>There is no such model.</summary>
    Unknown,

    /// <summary>Its files are not here.</summary>
    NotPresent,

    /// <summary>It cannot do what was asked, whatever is done about it.</summary>
    Refused,

    /// <summary>Its files are here and cannot be used.</summary>
    Unusable,

    /// <summary>There is no memory for it.</summary>
    TooLarge,

    /// <summary>There is no room for more work.</summary>
    Overloaded,

    /// <summary>It took too long.</summary>
    TimedOut,

    /// <summary>It could not compute this input.</summary>
    Failed,

    /// <summary>It does not compute anything any more.</summary>
    Broken,

    /// <summary>What it needs elsewhere cannot be reached.</summary>
    Unavailable,

    /// <summary>Something else is being done with it.</summary>
    Busy,
}

/// <summary>A model gave no answer; the message is for people and says what can be done.</summary>
internal sealed class ModelException(ModelError error, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public ModelError Error => error;

    /// <summary>Where something else would have been possible: when to come again.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
