using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.ServiceDefaults.Tests.Telemetry;

public sealed class OtlpTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Traces_metrics_and_logs_reach_the_collector_before_the_service_has_stopped()
    {
        var received = new ConcurrentDictionary<string, string>();
        await using var collector = await TestWebApp.StartAsync(null, app => app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, Token);
            received.AddOrUpdate(context.Request.Path, _ => Encoding.UTF8.GetString(body.ToArray()), (_, before) => before + Encoding.UTF8.GetString(body.ToArray()));
        }), Token);

        await using (var service = await Service.StartAsync(
            map: app => app.MapGet("/hello", (ILogger<OtlpTests> logger) => logger.LogInformation("greeting you")),
            settings:
            [
                ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.ToString()),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
                ("OTEL_SERVICE_NAME", "greeter"),
                ("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=abc123"),
            ]))
        {
            await service.Client().GetAsync("/hello", Token);
            await service.App.StopAsync(Token);
        }

        Assert.Equal(["/v1/logs", "/v1/metrics", "/v1/traces"], received.Keys.Order(StringComparer.Ordinal));
        Assert.All(received.Values, body => Assert.Contains("greeter", body, StringComparison.Ordinal));
        Assert.All(received.Values, body => Assert.Contains("abc123", body, StringComparison.Ordinal));
        Assert.Contains("GET /hello", received["/v1/traces"], StringComparison.Ordinal);
        Assert.Contains("http.server.request.duration", received["/v1/metrics"], StringComparison.Ordinal);
        Assert.Contains("greeting you", received["/v1/logs"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_provider_is_shared_with_whoever_else_adds_to_it()
    {
        var configured = 0;
        await using var service = await Service.StartAsync(builder =>
        {
            builder.Services.ConfigureOpenTelemetryTracerProvider(_ => configured++);
            builder.Services.ConfigureOpenTelemetryTracerProvider(_ => configured++);
        });

        Assert.Single(service.App.Services.GetServices<TracerProvider>());
        Assert.Equal(2, configured);
    }

    [Fact]
    public void A_service_knows_its_name_and_instance()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["OTEL_SERVICE_NAME"] = "api",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "a=b,service.instance.id=replica%201",
        });
        builder.AddServiceDefaults();
        using var host = builder.Build();

        var service = host.Services.GetRequiredService<ServiceInfo>();
        Assert.Equal(("api", "replica 1"), (service.Name, service.Instance));
    }
}
