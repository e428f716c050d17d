using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SocialSentiment.Contracts.Status;

namespace SocialSentiment.ServiceDefaults.Health;

internal static class HealthExtensions
{
    public static void AddHealth(this IHostApplicationBuilder builder)
    {
        // The framework writes a stack trace per probe and failing check; HealthReporter says it once.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);

        builder.Services.TryAddSingleton<StartupReadiness>();
        builder.Services.TryAddSingleton<HealthReporter>();
        builder.Services.AddHealthChecks().AddCheck<StartupHealthCheck>("startup");
        builder.Services.PostConfigure<HealthCheckServiceOptions>(options =>
        {
            foreach (var check in options.Registrations)
            {
                BoundedHealthCheck.Wrap(check);
            }
        });
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/alive", (HealthReporter reporter, HttpContext context) => AnswerAsync(reporter, context, check => check.Tags.Contains(HealthTags.Live)))
            .Describe("Alive", "Is the process up? It never asks a dependency, so a broken database is no reason to restart the service.");

        app.MapGet("/health", (HealthReporter reporter, HttpContext context) => AnswerAsync(reporter, context, _ => true))
            .Describe("Health", "Can the service do its work? Every dependency is named with what was found; 503 when one is missing.");
    }

    private static async Task<IResult> AnswerAsync(HealthReporter reporter, HttpContext context, Func<HealthCheckRegistration, bool> which)
    {
        var health = await reporter.CheckAsync(which, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            health,
            statusCode: health.Status == HealthState.Unhealthy
                ? StatusCodes.Status503ServiceUnavailable
                : StatusCodes.Status200OK);
    }

    private static void Describe(this RouteHandlerBuilder endpoint, string name, string summary)
        => endpoint
            .WithName(name)
            .WithSummary(summary)
            .WithTags("Health")
            .AllowAnonymous()
            .Produces<HealthResponse>()
            .Produces<HealthResponse>(StatusCodes.Status503ServiceUnavailable)
            .DisableHttpMetrics();
}
