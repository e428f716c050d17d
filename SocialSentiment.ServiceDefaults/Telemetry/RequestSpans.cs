using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace SocialSentiment.ServiceDefaults.Telemetry;

/// <summary>
/// Says on each request's span how it ended: route, status code, error. The server tags a span at its start;
/// it stands outside every other middleware, so that it sees what the client sees.
/// </summary>
internal sealed class RequestSpans : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next)
        => app =>
        {
            app.Use(TraceAsync);
            next(app);
        };

    private static async Task TraceAsync(HttpContext context, RequestDelegate next)
    {
        var span = context.Features.Get<IHttpActivityFeature>()?.Activity;
        if (span is not { IsAllDataRequested: true })
        {
            await next(context);
            return;
        }

        try
        {
            await next(context);
            Describe(span, context, context.Response.StatusCode, Handled(context)?.Error);
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
        {
            Describe(span, context, StatusCodes.Status500InternalServerError, error);
            throw;
        }
    }

    private static void Describe(Activity span, HttpContext context, int statusCode, Exception? error)
    {
        span.SetTag("http.response.status_code", statusCode);

        if (Route(context) is { } route)
        {
            span.SetTag("http.route", route);
            span.DisplayName = $"{context.Request.Method} {route}";
        }

        if (error is not null)
        {
            span.AddException(error);
        }

        if (statusCode >= StatusCodes.Status500InternalServerError)
        {
            span.SetTag("error.type", error?.GetType().FullName ?? statusCode.ToString(CultureInfo.InvariantCulture));
            span.SetStatus(ActivityStatusCode.Error, error?.Message);
        }
    }

    private static IExceptionHandlerFeature? Handled(HttpContext context) => context.Features.Get<IExceptionHandlerFeature>();

    /// <summary>The route that was asked for, even where an error page answered in its place.</summary>
    private static string? Route(HttpContext context)
    {
        var endpoint = Handled(context)?.Endpoint
            ?? context.Features.Get<IStatusCodeReExecuteFeature>()?.Endpoint
            ?? context.GetEndpoint();
        return (endpoint as RouteEndpoint)?.RoutePattern.RawText is { } pattern ? "/" + pattern.Trim('/') : null;
    }
}
