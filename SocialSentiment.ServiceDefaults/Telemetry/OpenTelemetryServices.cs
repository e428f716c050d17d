using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;

namespace SocialSentiment.ServiceDefaults.Telemetry;

/// <summary>
/// Opens the OpenTelemetry SDK's own registrations for a service collection. The SDK adds one provider per signal
/// however often it is asked to, so what client packages contribute ends up in the same providers.
/// </summary>
internal sealed class OpenTelemetryServices(IServiceCollection services) : IOpenTelemetryBuilder
{
    public IServiceCollection Services { get; } = services;
}
