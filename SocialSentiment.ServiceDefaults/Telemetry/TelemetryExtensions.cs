using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace SocialSentiment.ServiceDefaults.Telemetry;

internal static class TelemetryExtensions
{
    /// <summary>One source and one meter per service, named after it, fall under this.</summary>
    private const string OwnSources = "SocialSentiment.*";

    /// <summary>Not the RabbitMQ client's own: SocialSentiment.Messaging makes the spans of messages.</summary>
    private static readonly string[] s_sources =
    [
        "Microsoft.AspNetCore",
        "Microsoft.AspNetCore.Components",
        "Npgsql",
        "System.Net.Http",
        OwnSources,
    ];

    private static readonly string[] s_meters =
    [
        "Microsoft.AspNetCore.*",
        "Npgsql",
        "System.Net.Http",
        "System.Runtime",
        OwnSources,
    ];

    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        // The server tags its own spans as the semantic conventions want them; .NET 10 has that switched off by default.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);

        // One line per outgoing request says nothing that its span does not say better.
        builder.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);

        var telemetry = new OpenTelemetryServices(builder.Services);
        telemetry
            .WithTracing(tracing => tracing
                .AddSource(s_sources)
                .SetSampler(new NoiseSampler(ConfiguredSampler(builder.Configuration))))
            .WithMetrics(metrics => metrics.AddMeter(s_meters))
            .WithLogging(configureBuilder: null, logging =>
            {
                logging.IncludeFormattedMessage = true;
                logging.IncludeScopes = true;
            });

        builder.Services.ConfigureOpenTelemetryTracerProvider((services, tracing) => tracing.ConfigureResource(services.Describe));
        builder.Services.ConfigureOpenTelemetryMeterProvider((services, metrics) => metrics.ConfigureResource(services.Describe));
        builder.Services.ConfigureOpenTelemetryLoggerProvider((services, logging) => logging.ConfigureResource(services.Describe));

        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.UseOtlpExporter();
        }

        builder.Services.AddTransient<IStartupFilter, RequestSpans>();

        // First in, last out: it sees the other hosted services start and stop.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService, TelemetryLifetime>());
    }

    private static void Describe(this IServiceProvider services, ResourceBuilder resource)
    {
        var service = services.GetRequiredService<ServiceInfo>();
        resource
            .AddService(service.Name, serviceVersion: service.Version, serviceInstanceId: service.Instance)
            .AddEnvironmentVariableDetector();
    }

    /// <summary>A sampler set in code hides the standard variables from the SDK, so the part of them that matters is read here.</summary>
    private static ParentBasedSampler ConfiguredSampler(IConfiguration configuration)
    {
        var sampler = configuration["OTEL_TRACES_SAMPLER"];
        var ratio = configuration.GetValue("OTEL_TRACES_SAMPLER_ARG", 1.0);
        return new ParentBasedSampler(sampler switch
        {
            "always_off" or "parentbased_always_off" => new AlwaysOffSampler(),
            "traceidratio" or "parentbased_traceidratio" => new TraceIdRatioBasedSampler(ratio),
            _ => new AlwaysOnSampler(),
        });
    }
}
