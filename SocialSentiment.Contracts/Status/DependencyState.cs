using System.Text.Json.Serialization;

namespace SocialSentiment.Contracts.Status;

/// <summary>The state of something a service needs, as the service sees it.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<DependencyState>))]
public enum DependencyState
{
    Running,
    Degraded,
    Down,
}
