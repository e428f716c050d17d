using System.Text.Json.Serialization;

namespace SocialSentiment.Contracts.Keys;

/// <summary>What a key may do; each scope includes the ones before it.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<Scope>))]
public enum Scope
{
    /// <summary>Look at everything but keys and the audit log.</summary>
    Read = 1,

    /// <summary>Send, edit, delete and replay posts as well.</summary>
    Write = 2,

    /// <summary>Make and revoke keys, and read the audit log.</summary>
    Admin = 3,
}
