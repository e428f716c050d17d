namespace SocialSentiment.Api.Data.Entities;

/// <summary>A key that somebody may call with. The key itself is shown once and never stored.</summary>
internal sealed class ApiKey
{
    public Guid Id { get; set; }
    public required string Name { get; set; }

    /// <summary>SHA-256 of the key. A key is 256 random bits: there is nothing to guess that salt or slowness would protect.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>How the key ends, for people who look for it in their files.</summary>
    public required string Hint { get; set; }

    /// <summary>What it may do; see <c>Scopes</c>.</summary>
    public short Scopes { get; set; }
    public int? RequestsPerMinute { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public string? RevokedBy { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }
}
