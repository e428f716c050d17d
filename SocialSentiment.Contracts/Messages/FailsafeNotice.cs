using SocialSentiment.Contracts.Failsafe;

namespace SocialSentiment.Contracts.Messages;

/// <summary>What replicas of the API tell each other of their circuit breakers.</summary>
/// <param name="From">Who tells.</param>
/// <param name="Report">How its breaker stands.</param>
/// <param name="Transition">A change that has just happened to it.</param>
/// <param name="Order">The newest order of an operator that it knows of.</param>
/// <param name="Asks">It has just come, and wants to hear from everybody.</param>
public sealed record FailsafeNotice(
    string From,
    FailsafeReplica? Report = null,
    FailsafeTransition? Transition = null,
    FailsafeOrder? Order = null,
    bool Asks = false);

/// <summary>What an operator wants of all breakers. Of two orders the one with the greater number holds; then the later one; then the one by the greater name.</summary>
/// <param name="Isolate">Keep callers from the model, or let them to it again.</param>
/// <param name="Number">Counts orders, over all replicas.</param>
/// <param name="At">When it was given.</param>
/// <param name="By">Who gave it.</param>
/// <param name="Replica">Where it was given.</param>
public sealed record FailsafeOrder(bool Isolate, long Number, DateTimeOffset At, string By, string Replica)
{
    public bool IsNewerThan(FailsafeOrder? other)
        => other is null || (Number, At).CompareTo((other.Number, other.At)) switch
        {
            0 => string.CompareOrdinal(Replica, other.Replica) > 0,
            var order => order > 0,
        };
}
