using Microsoft.AspNetCore.Http.HttpResults;

namespace SocialSentiment.Api.Http;

/// <summary>The answer of a service that cannot take this now but will again.</summary>
internal static class Unavailable
{
    public const string RetryAfterSeconds = "2";

    public static ProblemHttpResult Because(HttpContext context, string detail)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return TypedResults.Problem(detail, statusCode: StatusCodes.Status503ServiceUnavailable, title: "Unavailable");
    }
}
