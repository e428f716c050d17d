namespace SocialSentiment.Api.Data.Entities;

/// <summary>What is left of a deleted post: enough to know it when it is sent again.</summary>
internal sealed class DeletedPost
{
    public Guid Id { get; set; }
    public required string Source { get; set; }
    public string? ExternalId { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset DeletedAt { get; set; }
}
