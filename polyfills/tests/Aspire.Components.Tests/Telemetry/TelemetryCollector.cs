using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Aspire.Components.Tests.Telemetry;

/// <summary>Has the OpenTelemetry SDK collect what the application's registrations let through, as an exporter would see it.</summary>
internal sealed class TelemetryCollector : IOpenTelemetryBuilder
{
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ConcurrentQueue<(string Meter, string Instrument)> _instruments = new();

    public TelemetryCollector(IServiceCollection services)
    {
        Services = services;
        this.WithTracing(tracing => tracing.SetSampler(new AlwaysOnSampler()).AddProcessor(new SpanRecorder(_spans)));
        this.WithMetrics(metrics => metrics.AddReader(new BaseExportingMetricReader(new InstrumentRecorder(_instruments))));
    }

    public IServiceCollection Services { get; }

    public IReadOnlyCollection<Activity> Spans => _spans;

    /// <summary>Begins to collect; until then nobody listens.</summary>
    public static void Start(IServiceProvider services)
    {
        services.GetRequiredService<TracerProvider>();
        services.GetRequiredService<MeterProvider>();
    }

    /// <summary>The meters and instruments that have measured something so far.</summary>
    public IReadOnlyCollection<(string Meter, string Instrument)> CollectInstruments(IServiceProvider services)
    {
        services.GetRequiredService<MeterProvider>().ForceFlush();
        return _instruments;
    }

    private sealed class SpanRecorder(ConcurrentQueue<Activity> spans) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data) => spans.Enqueue(data);
    }

    private sealed class InstrumentRecorder(ConcurrentQueue<(string Meter, string Instrument)> instruments) : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                instruments.Enqueue((metric.MeterName, metric.Name));
            }

            return ExportResult.Success;
        }
    }
}
