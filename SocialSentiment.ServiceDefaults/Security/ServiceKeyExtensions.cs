using System.Net;
using System.Security.Cryptography;
using System.Text;
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
    public const string Header = "X-Api-Key";

    private const string Scheme = "Bearer ";

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
        var shown = Shown(context.Request);
        if (key is { Length: > 0 } && shown is not null && AreEqual(key, shown))
        {
            return null;
        }

        // The connection's own address: what a header says about it anybody can write.
        var isDevelopment = services.GetRequiredService<IHostEnvironment>().IsDevelopment();
        if (isDevelopment && shown is null && IsLoopback(context.Connection.RemoteIpAddress))
        {
            return null;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        var detail = key is not { Length: > 0 } ? "This service has no key (Security:ServiceKey) and lets in nobody but this machine, in Development."
            : shown is null ? $"Show the service key, as {Header} or as a bearer token."
            : "The key is not the service key.";
        return TypedResults.Problem(detail, statusCode: StatusCodes.Status401Unauthorized);
    }

    private static string? Shown(HttpRequest request)
        => request.Headers[Header].ToString() is { Length: > 0 } key ? key
        : request.Headers.Authorization.ToString() is { } value && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? value[Scheme.Length..].Trim()
        : null;

    /// <summary>In a time that says nothing about how much of the key is right: hashes have one length.</summary>
    private static bool AreEqual(string key, string shown)
        => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(key)), SHA256.HashData(Encoding.UTF8.GetBytes(shown)));

    private static bool IsLoopback(IPAddress? address) => address is not null && IPAddress.IsLoopback(address);
}
