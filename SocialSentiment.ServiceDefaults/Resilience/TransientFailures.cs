using System.Net;
using Polly;
using Polly.Timeout;

namespace SocialSentiment.ServiceDefaults.Resilience;

/// <summary>Which outcomes may be gone a moment later.</summary>
internal static class TransientFailures
{
    /// <summary>The server is in trouble or cannot be reached.</summary>
    public static bool IsFailure(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: HttpRequestException or TimeoutRejectedException } => true,
        { Result.StatusCode: >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout } => true,
        _ => false,
    };

    /// <summary>The server is well but busy.</summary>
    public static bool IsOverload(Outcome<HttpResponseMessage> outcome)
        => outcome.Result?.StatusCode == HttpStatusCode.TooManyRequests;
}
