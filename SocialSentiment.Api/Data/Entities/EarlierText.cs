namespace SocialSentiment.Api.Data.Entities;

/// <summary>A text that an edit has replaced.</summary>
internal sealed class EarlierText
{
    public Guid PostId { get; set; }
    public int Revision { get; set; }
    public required string Text { get; set; }
    public DateTimeOffset ReplacedAt { get; set; }
}
