using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using SocialSentiment.Api.Keys;

namespace SocialSentiment.Api.RateLimits;

/// <summary>Holds each key to its limit and tells it how much is left.</summary>
internal sealed class RateLimitMiddleware(RequestDelegate next, AccessMetrics metrics, TimeProvider time)
{
    private const string LimitHeader = "RateLimit-Limit";
    private const string RemainingHeader = "RateLimit-Remaining";
    private const string ResetHeader = "RateLimit-Reset";

    public Task InvokeAsync(HttpContext context)
    {
        // What is open to everybody would only be asked without the key.
        if (Caller.Of(context)?.Limit is not { } limit || context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return next(context);
        }

        var take = limit.TryTake(time.GetTimestamp());
        var headers = context.Response.Headers;
        headers[LimitHeader] = limit.Size;
        headers[RemainingHeader] = take.Remaining.ToString(CultureInfo.InvariantCulture);
        headers[ResetHeader] = take.FullAfter.ToString(CultureInfo.InvariantCulture);
        if (take.Granted)
        {
            return next(context);
        }

        metrics.Limited("key");
        return TooMany.AnswerAsync(context, take, $"The key may send {limit.PerMinute} requests a minute; it has sent too many.");
    }
}
