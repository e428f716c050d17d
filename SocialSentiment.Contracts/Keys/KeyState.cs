using System.Text.Json.Serialization;

namespace SocialSentiment.Contracts.Keys;

/// <summary>Whether a key opens anything.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<KeyState>))]
public enum KeyState
{
    /// <summary>It does.</summary>
    Active,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>It was taken back.</summary>
    Revoked,
}
