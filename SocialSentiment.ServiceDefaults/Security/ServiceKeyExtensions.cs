using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SocialSentiment.ServiceDefaults.Options;

namespace SocialSentiment.ServiceDefaults.Security;

public static class ServiceKeyExtensions
{
    public static void AddServiceKey(this IHostApplicationBuilder builder)
        => builder.AddValidatedOptions<SecurityOptions>(SecurityOptions.Section);

    /// <summary>
    /// Lets in who shows the service key, as <c>X-Api-Key</c> or as a bearer token; in Development, and only there, also
    /// whoever calls from this machine.
    /// </summary>
    public static TBuilder RequireServiceKey<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder
        => endpoints.AddEndpointFilter(async (context, next) => Refusal(context.HttpContext) is { } refusal ? refusal : await next(context));

    private static ProblemHttpResult? Refusal(HttpContext context)
    {
        var services = context.RequestServices;
        var key = services.GetRequiredService<IOptions<SecurityOptions>>().Value.ServiceKey;
        var shown = ShownKey.Of(context.Request);
        if (key is { Length: > 0 } && shown is not null && ShownKey.AreEqual(ShownKey.Hash(key), ShownKey.Hash(shown)))
        {
            return null;
        }

        var isDevelopment = services.GetRequiredService<IHostEnvironment>().IsDevelopment();
        if (isDevelopment && shown is null && ShownKey.IsFromHere(context))
        {
            return null;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        var detail = key is not { Length: > 0 } ? "This service has no key (Security:ServiceKey) and lets in nobody but this machine, in Development."
            : shown is null ? $"Show the service key, as {ShownKey.Header} or as a bearer token."
            : "The key is not the service key.";
        return TypedResults.Problem(detail, statusCode: StatusCodes.Status401Unauthorized);
    }
}
