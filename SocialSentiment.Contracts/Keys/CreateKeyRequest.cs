using System.Text.Json.Serialization;

namespace SocialSentiment.Contracts.Keys;

/// <summary>A key to make.</summary>
/// <param name="Name">Who or what will call with it: 1 to 100 printable characters. The audit log calls it by this name.</param>
/// <param name="Scope">What it may do.</param>
/// <param name="RequestsPerMinute">How many requests a minute it may send; the service's own limit if not given.</param>
/// <param name="ExpiresAt">When it ceases to work, with the offset from UTC; never if not given.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CreateKeyRequest(
    string? Name,
    Scope? Scope,
    int? RequestsPerMinute = null,
    [property: JsonConverter(typeof(InstantConverter))] DateTimeOffset? ExpiresAt = null);
