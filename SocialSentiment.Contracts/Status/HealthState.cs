using System.Text.Json.Serialization;

namespace SocialSentiment.Contracts.Status;

/// <summary>What a health check found. Only <see cref="Unhealthy"/> takes a service out of rotation.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<HealthState>))]
public enum HealthState
{
    Healthy,
    Degraded,
    Unhealthy,
}
