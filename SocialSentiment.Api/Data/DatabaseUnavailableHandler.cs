using Microsoft.AspNetCore.Diagnostics;
using SocialSentiment.Api.Http;

namespace SocialSentiment.Api.Data;

/// <summary>A database that is away is no fault of the caller and none of the code: 503, and when to come back.</summary>
internal sealed partial class DatabaseUnavailableHandler(IProblemDetailsService problems, ILogger<DatabaseUnavailableHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!DatabaseErrors.IsTransient(exception))
        {
            return false;
        }

        LogUnavailable(exception.GetBaseException().Message);
        httpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        httpContext.Response.Headers.RetryAfter = Unavailable.RetryAfterSeconds;
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = { Status = StatusCodes.Status503ServiceUnavailable, Title = "Unavailable", Detail = "The database does not answer; try again in a moment." },
        });
    }

    [LoggerMessage(LogLevel.Warning, "A request found no database: {Reason}")]
    private partial void LogUnavailable(string reason);
}
