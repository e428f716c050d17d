namespace SocialSentiment.Contracts.Keys;

/// <summary>A new key, the only time that it is shown.</summary>
/// <param name="Id">Pass it to <c>DELETE /keys/{id}</c>.</param>
/// <param name="Key">The key itself. It is not kept and cannot be shown again.</param>
/// <param name="Hint">How it ends.</param>
/// <param name="Name">Who or what calls with it.</param>
/// <param name="Scope">What it may do.</param>
/// <param name="RequestsPerMinute">Its own limit, if it has one.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ceases to work.</param>
public sealed record CreatedKeyResponse(
    Guid Id,
    string Key,
    string Hint,
    string Name,
    Scope Scope,
    int? RequestsPerMinute,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt);

/// <summary>A key, without the key itself.</summary>
/// <param name="Id">Pass it to <c>DELETE /keys/{id}</c>.</param>
/// <param name="Name">Who or what calls with it.</param>
/// <param name="Hint">How the key ends.</param>
/// <param name="Scope">What it may do.</param>
/// <param name="State">Whether it works.</param>
/// <param name="RequestsPerMinute">Its own limit, if it has one.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">By whom.</param>
/// <param name="ExpiresAt">When it ceases to work.</param>
/// <param name="RevokedAt">When it was taken back.</param>
/// <param name="RevokedBy">By whom.</param>
/// <param name="LastUsedAt">When it was last called with, to within a minute.</param>
public sealed record KeyResponse(
    Guid Id,
    string Name,
    string Hint,
    Scope Scope,
    KeyState State,
    int? RequestsPerMinute,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    string? RevokedBy,
    DateTimeOffset? LastUsedAt);

/// <summary>All keys that there ever were, newest first.</summary>
/// <param name="Items">The keys.</param>
public sealed record KeyList(IReadOnlyList<KeyResponse> Items);
