namespace SocialSentiment.Api.Data.Entities;

/// <summary>A job that is not yet with the broker. Written with its post, deleted when the broker has confirmed it.</summary>
internal sealed class OutboxEntry
{
    public long Id { get; set; }
    public Guid PostId { get; set; }
    public int Revision { get; set; }
    public Guid JobId { get; set; }
    public string? TraceParent { get; set; }
    public byte Priority { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
