using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using SocialSentiment.Api.Audit;
using SocialSentiment.Api.RateLimits;
using SocialSentiment.Contracts.Keys;
using SocialSentiment.ServiceDefaults.Options;
using SocialSentiment.ServiceDefaults.Security;

namespace SocialSentiment.Api.Keys;

internal static partial class KeysExtensions
{
    /// <summary>Who may call, how often, and what is written down of it.</summary>
    public static void AddKeys(this IHostApplicationBuilder builder)
    {
        builder.AddServiceKey();
        builder.AddValidatedOptions<RateLimitOptions>("RateLimits");
        builder.AddValidatedOptions<AuditOptions>("Audit");

        builder.Services.AddSingleton<AccessMetrics>();
        builder.Services.AddSingleton<ServiceKey>();
        builder.Services.AddSingleton<FailureLimits>();
        builder.Services.AddSingleton<KeyRing>();
        builder.Services.AddHostedService(services => services.GetRequiredService<KeyRing>());
        builder.Services.AddSingleton<KeyUse>();
        builder.Services.AddHostedService(services => services.GetRequiredService<KeyUse>());
        builder.Services.AddSingleton<AuditWriter>();
        builder.Services.AddHostedService(services => services.GetRequiredService<AuditWriter>());

        builder.Services.AddAuthentication(ApiKeyHandler.SchemeName).AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null);
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().AddRequirements(new ScopeRequirement()).Build());

        // Who is refused is told so, counted and, if it matters, audited; a line for each would only fill the log.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Authentication", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Authorization", LogLevel.Warning);
        builder.Logging.AddFilter(typeof(ApiKeyHandler).FullName, LogLevel.Warning);
    }

    /// <summary>From here on every request needs a key that may do what it asks, unless its endpoint is open to everybody.</summary>
    public static void UseKeys(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment() && !app.Services.GetRequiredService<ServiceKey>().IsSet)
        {
            LogNoServiceKey(app.Logger);
        }

        app.UseAuthentication();
        app.UseMiddleware<RateLimitMiddleware>();
        app.UseMiddleware<AuditMiddleware>();
        app.UseAuthorization();
    }

    /// <summary>Says what callers of an endpoint need where its method does not: GET and HEAD need read, everything else write.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder endpoints, Scope scope)
        where TBuilder : IEndpointConventionBuilder
        => endpoints.WithMetadata(new ScopeMetadata(scope));

    [LoggerMessage(LogLevel.Warning, "There is no service key (Security:ServiceKey): only keys that exist already let anybody in, and without an admin's nobody can make one.")]
    private static partial void LogNoServiceKey(ILogger logger);
}
