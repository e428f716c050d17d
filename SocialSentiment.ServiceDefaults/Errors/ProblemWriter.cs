using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace SocialSentiment.ServiceDefaults.Errors;

/// <summary>
/// For callers that accept no JSON. The framework's own writer has nothing to say to them, and an error that nobody can
/// write becomes an empty answer, or a 500 where a 503 was meant; they are better off with the problem as everybody gets it.
/// </summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    private const string MediaType = "application/problem+json";

    /// <summary>The framework's writer is asked first.</summary>
    public bool CanWrite(ProblemDetailsContext context) => context.HttpContext.Request.Headers.Accept != MediaType;

    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        context.HttpContext.Request.Headers.Accept = MediaType;
        return context.HttpContext.RequestServices.GetRequiredService<IProblemDetailsService>().WriteAsync(context);
    }
}
