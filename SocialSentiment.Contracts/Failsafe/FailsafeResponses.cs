using System.Text.Json.Serialization;

namespace SocialSentiment.Contracts.Failsafe;

/// <summary>Whether callers get the model or the lexicon, over all replicas of the API; each has a circuit breaker of its own.</summary>
/// <param name="State">The worst of the replicas' states.</param>
/// <param name="Since">Since when.</param>
/// <param name="FailuresInWindow">The most failures that any replica counts within the window.</param>
/// <param name="MaxFailures">So many open a breaker.</param>
/// <param name="WindowSeconds">For so long a failure counts.</param>
/// <param name="BreakSeconds">After so long an open breaker lets one probe through.</param>
/// <param name="NextProbeAt">When the first replica tries the model again.</param>
/// <param name="Counts">What all replicas did since they were started.</param>
/// <param name="LastError">The last thing that went wrong.</param>
/// <param name="History">The latest changes of state on any replica, newest first.</param>
/// <param name="Replicas">Each replica by itself.</param>
public sealed record FailsafeStatusResponse(
    FailsafeState State,
    DateTimeOffset Since,
    int FailuresInWindow,
    int MaxFailures,
    double WindowSeconds,
    double BreakSeconds,
    DateTimeOffset? NextProbeAt,
    FailsafeCounts Counts,
    FailsafeError? LastError,
    IReadOnlyList<FailsafeTransition> History,
    IReadOnlyList<FailsafeReplica> Replicas);

/// <summary>The circuit breaker of one replica of the API.</summary>
/// <param name="Replica">Which one.</param>
/// <param name="State">Its state.</param>
/// <param name="Since">Since when.</param>
/// <param name="FailuresInWindow">Failures that it counts within the window.</param>
/// <param name="NextProbeAt">When it tries the model again.</param>
/// <param name="Counts">What it did since it was started.</param>
/// <param name="LastError">The last thing that went wrong.</param>
public sealed record FailsafeReplica(
    string Replica,
    FailsafeState State,
    DateTimeOffset Since,
    int FailuresInWindow,
    DateTimeOffset? NextProbeAt,
    FailsafeCounts Counts,
    FailsafeError? LastError);

/// <summary>What happened to requests for predictions.</summary>
/// <param name="Asked">Times that a model was asked.</param>
/// <param name="Answered">Times that it answered.</param>
/// <param name="Failures">Times that it did not, and that counts against it.</param>
/// <param name="Fallbacks">Times that the lexicon answered in its place.</param>
/// <param name="Probes">Times that an open breaker tried the model.</param>
/// <param name="Opened">Times that the breaker opened.</param>
public sealed record FailsafeCounts(long Asked, long Answered, long Failures, long Fallbacks, long Probes, long Opened);

/// <summary>Something that went wrong.</summary>
/// <param name="At">When.</param>
/// <param name="Reason">In plain words.</param>
public sealed record FailsafeError(DateTimeOffset At, string Reason);

/// <summary>A change of a breaker's state.</summary>
/// <param name="At">When.</param>
/// <param name="Replica">On which replica.</param>
/// <param name="State">The state from then on.</param>
/// <param name="Reason">In plain words.</param>
public sealed record FailsafeTransition(DateTimeOffset At, string Replica, FailsafeState State, string Reason);

/// <summary>The state of a circuit breaker, from good to bad.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<FailsafeState>))]
public enum FailsafeState
{
    /// <summary>The model answers.</summary>
    Closed,

    /// <summary>One probe is under way; everybody else gets the lexicon.</summary>
    HalfOpen,

    /// <summary>The model has failed too often; the lexicon answers.</summary>
    Open,

    /// <summary>An operator wants the lexicon to answer, until the breaker is reset.</summary>
    Isolated,
}
