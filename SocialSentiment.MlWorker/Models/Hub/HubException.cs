namespace SocialSentiment.MlWorker.Models.Hub;

/// <summary>Why a model could not be fetched.</summary>
internal enum HubError
{
    /// <summary>No repository, revision or file can be called that.</summary>
    InvalidName,
    NotFound,

    /// <summary>A token is missing, wrong, or of an account that may not read it.</summary>
    Unauthorized,
    RateLimited,

    /// <summary>We are told not to ask the hub.</summary>
    Offline,
    Unreachable,

    /// <summary>The endpoint does not answer as a hub does.</summary>
    BadAnswer,

    /// <summary>The hub names a path or an address that we do not follow.</summary>
    Unsafe,

    /// <summary>What came is not what the hub says it has.</summary>
    Tampered,

    /// <summary>The repository holds nothing that we can run.</summary>
    Unusable,
    DiskFull,

    /// <summary>The models folder cannot be written.</summary>
    Storage,
    Unexpected,
}

/// <summary>A failure with a sentence for people, which names what was asked for and where.</summary>
internal sealed class HubException(HubError kind, string message, Exception? inner = null) : Exception(message, inner)
{
    public HubError Kind { get; } = kind;

    /// <summary>It may go better next time.</summary>
    public bool IsTransient { get; init; }

    /// <summary>When the hub wants to be asked again.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
