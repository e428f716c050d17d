using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using SocialSentiment.Contracts;
using SocialSentiment.ServiceDefaults.Discovery;
using SocialSentiment.ServiceDefaults.Errors;
using SocialSentiment.ServiceDefaults.Faults;
using SocialSentiment.ServiceDefaults.Health;
using SocialSentiment.ServiceDefaults.Lifetime;
using SocialSentiment.ServiceDefaults.Resilience;
using SocialSentiment.ServiceDefaults.Telemetry;

namespace SocialSentiment.ServiceDefaults;

/// <summary>What every service of the platform has in common.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Adds telemetry, health, service discovery, HTTP resilience, problem details, JSON and the clock.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        Failpoint.Announce();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<ServiceInfo>();

        builder.AddParentWatch();
        builder.AddTelemetry();
        builder.AddHealth();
        builder.AddHttpResilience();
        builder.AddServiceDiscovery();
        builder.Services.AddProblems();

        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            options.SerializerOptions.DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower;

            // Accents and quotes as they are, for people who read with curl: the answers are JSON and never pasted into a page.
            options.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
            options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, ContractsJson.Default);
        });

        return builder;
    }

    /// <summary>Maps <c>/alive</c> (the process is up) and <c>/health</c> (it can do its work), in every environment.</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealth();
        return app;
    }
}
