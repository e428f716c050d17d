using Microsoft.Extensions.Hosting;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace SocialSentiment.ServiceDefaults.Telemetry;

/// <summary>Brings the providers to life before anything else starts (nobody else asks for them) and flushes them at the end.</summary>
internal sealed class TelemetryLifetime(TracerProvider tracing, MeterProvider metrics, LoggerProvider logging) : IHostedService
{
    /// <summary>A collector that is gone must not hold up a shutdown.</summary>
    private const int FlushTimeoutMs = 2_000;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
        => Task.WhenAll(
            Task.Run(() => tracing.ForceFlush(FlushTimeoutMs), CancellationToken.None),
            Task.Run(() => metrics.ForceFlush(FlushTimeoutMs), CancellationToken.None),
            Task.Run(() => logging.ForceFlush(FlushTimeoutMs), CancellationToken.None));
}
