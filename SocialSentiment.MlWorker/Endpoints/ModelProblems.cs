using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Models.Hub;

namespace SocialSentiment.MlWorker.Endpoints;

/// <summary>What models and the hub complain about, as answers: the status says whether it is worth another try.</summary>
internal sealed class ModelProblems(IProblemDetailsService problems) : IExceptionHandler
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(2);

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (Of(exception, httpContext) is not { } problem)
        {
            return false;
        }

        httpContext.Response.StatusCode = problem.StatusCode;
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem.ProblemDetails });
    }

    private static ProblemHttpResult? Of(Exception exception, HttpContext context)
    {
        var (status, title, retryAfter) = exception switch
        {
            ModelException model => model.Error switch
            {
                ModelError.Unknown => (StatusCodes.Status404NotFound, "No such model", null),
                ModelError.NotPresent => (StatusCodes.Status409Conflict, "The model is not here", null),
                ModelError.Busy => (StatusCodes.Status409Conflict, "Not possible as things are", null),
                ModelError.Refused => (StatusCodes.Status422UnprocessableEntity, "The model is refused", null),
                ModelError.Unusable => (StatusCodes.Status422UnprocessableEntity, "The model cannot be used", null),
                ModelError.TooLarge => (StatusCodes.Status507InsufficientStorage, "Too little memory", null),
                ModelError.Overloaded => (StatusCodes.Status429TooManyRequests, "Overloaded", model.RetryAfter ?? s_soon),
                ModelError.TimedOut => (StatusCodes.Status504GatewayTimeout, "The model took too long", null),
                ModelError.Broken or ModelError.Unavailable => (StatusCodes.Status503ServiceUnavailable, "The model does not answer", model.RetryAfter ?? s_soon),
                _ => (StatusCodes.Status500InternalServerError, "The model failed", (TimeSpan?)null),
            },
            HubException hub => hub.Kind switch
            {
                HubError.InvalidName => (StatusCodes.Status400BadRequest, "Not a name", null),
                HubError.NotFound => (StatusCodes.Status404NotFound, "Not on the hub", null),
                HubError.Unauthorized => (StatusCodes.Status403Forbidden, "The hub refuses", null),
                HubError.Offline => (StatusCodes.Status409Conflict, "Offline", null),
                HubError.Unusable or HubError.Unsafe or HubError.Tampered => (StatusCodes.Status422UnprocessableEntity, "The model is refused", null),
                HubError.RateLimited => (StatusCodes.Status503ServiceUnavailable, "The hub has no time", hub.RetryAfter ?? s_soon),
                HubError.DiskFull => (StatusCodes.Status507InsufficientStorage, "The disk is full", null),
                HubError.Storage => (StatusCodes.Status500InternalServerError, "The models folder cannot be used", null),
                _ => (StatusCodes.Status502BadGateway, "The hub does not answer", (TimeSpan?)null),
            },
            _ => (0, "", null),
        };
        if (status == 0)
        {
            return null;
        }

        if (retryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        return TypedResults.Problem(exception.Message, statusCode: status, title: title);
    }
}
