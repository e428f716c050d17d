using SocialSentiment.Contracts.Failsafe;

namespace SocialSentiment.Api.Failsafe;

/// <summary>The model is not asked at the moment, or an answer is no longer waited for since the breaker has opened.</summary>
internal sealed class BreakerOpenException(FailsafeState state) : Exception("The circuit breaker is open.")
{
    public FailsafeState State => state;
}
