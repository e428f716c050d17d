namespace SocialSentiment.Api.Data.Entities;

/// <summary>A key under which a post was sent.</summary>
internal sealed class IdempotencyKey
{
    public required byte[] KeyHash { get; set; }
    public required byte[] ContentHash { get; set; }
    public Guid PostId { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
