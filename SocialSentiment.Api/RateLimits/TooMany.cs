using System.Globalization;

namespace SocialSentiment.Api.RateLimits;

/// <summary>The answer to who asks too much, with when to come back.</summary>
internal static class TooMany
{
    public static Task AnswerAsync(HttpContext context, Take take, string detail)
    {
        context.Response.Headers.RetryAfter = take.RetryAfter.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem(detail, statusCode: StatusCodes.Status429TooManyRequests).ExecuteAsync(context);
    }
}
