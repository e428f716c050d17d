namespace SocialSentiment.Api.Data.Entities;

/// <summary>A message that nobody could work on.</summary>
internal sealed class DeadLetter
{
    public Guid Id { get; set; }

    /// <summary>The same message dies only once, however often the broker delivers it.</summary>
    public required byte[] Fingerprint { get; set; }
    public required string Queue { get; set; }
    public required string Reason { get; set; }
    public string? Error { get; set; }
    public int Attempts { get; set; }
    public Guid? PostId { get; set; }
    public Guid? JobId { get; set; }
    public required byte[] Body { get; set; }
    public DateTimeOffset DiedAt { get; set; }
    public DateTimeOffset? ReplayedAt { get; set; }
}
