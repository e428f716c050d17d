using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Dcp;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

public enum OtlpProtocol
{
    Grpc,
    HttpProtobuf,
    HttpJson,
}

public static class OtlpConfigurationExtensions
{
    private const string DefaultGrpcUrl = "http://localhost:18889";

    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);

        AddOtlpEnvironment(builder.Resource, builder.ApplicationBuilder.Configuration, builder.ApplicationBuilder.Environment);
        return builder;
    }

    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder, OtlpProtocol protocol)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);

        AddOtlpEnvironment(builder.Resource, builder.ApplicationBuilder.Configuration, builder.ApplicationBuilder.Environment, protocol);
        return builder;
    }

    public static void AddOtlpEnvironment(IResource resource, IConfiguration configuration, IHostEnvironment environment) =>
        AddOtlpEnvironment(resource, configuration, environment, new OtlpExporterAnnotation());

    public static void AddOtlpEnvironment(IResource resource, IConfiguration configuration, IHostEnvironment environment, OtlpProtocol protocol) =>
        AddOtlpEnvironment(resource, configuration, environment, new OtlpExporterAnnotation { RequiredProtocol = protocol });

    private static void AddOtlpEnvironment(IResource resource, IConfiguration configuration, IHostEnvironment environment, OtlpExporterAnnotation annotation)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(environment);

        resource.Annotations.Add(annotation);
        resource.Annotations.Add(new EnvironmentCallbackAnnotation(context => Configure(context, resource, configuration, environment)));
    }

    private static void Configure(EnvironmentCallbackContext context, IResource resource, IConfiguration configuration, IHostEnvironment environment)
    {
        if (context.ExecutionContext.IsPublishMode || !resource.TryGetLastAnnotation<OtlpExporterAnnotation>(out var exporter))
        {
            return;
        }

        var variables = context.EnvironmentVariables;
        var dashboard = context.ExecutionContext.Services.GetService<IDashboardEndpoints>();
        var (url, protocol) = Resolve(dashboard, configuration, exporter.RequiredProtocol);
        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = url;
        variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol;
        variables["OTEL_SERVICE_NAME"] = DcpTemplates.Annotation(DcpAnnotations.OtelServiceName);
        variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={DcpTemplates.Annotation(DcpAnnotations.OtelServiceInstanceId)}";
        if ((dashboard?.OtlpApiKey ?? configuration["AppHost:OtlpApiKey"]) is { } apiKey)
        {
            variables["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={apiKey}";
        }

        if (environment.IsDevelopment())
        {
            // Everything, and at once: a developer waits for it.
            variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
            variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
            variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
            variables["OTEL_TRACES_SAMPLER"] = "always_on";
            variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
            variables["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "true";
        }
    }

    private static (string Url, string Protocol) Resolve(IDashboardEndpoints? dashboard, IConfiguration configuration, OtlpProtocol? required)
    {
        var grpc = dashboard?.OtlpGrpcUrl ?? configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"];
        var http = dashboard?.OtlpHttpUrl ?? configuration["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"];
        return required switch
        {
            OtlpProtocol.HttpProtobuf when http is not null => (http, "http/protobuf"),
            OtlpProtocol.HttpJson when http is not null => (http, "http/json"),
            null when grpc is null && http is not null => (http, "http/protobuf"),
            _ => (grpc ?? DefaultGrpcUrl, "grpc"),
        };
    }
}
