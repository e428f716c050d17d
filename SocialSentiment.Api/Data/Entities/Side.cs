namespace SocialSentiment.Api.Data.Entities;

/// <summary>A text that an edit has replaced.</summary>
internal sealed class EarlierText
{
    public Guid PostId { get; set; }
    public int Revision { get; set; }
    public required string Text { get; set; }
    public DateTimeOffset ReplacedAt { get; set; }
}

/// <summary>What is left of a deleted post: enough to know it when it is sent again.</summary>
internal sealed class DeletedPost
{
    public Guid Id { get; set; }
    public required string Source { get; set; }
    public string? ExternalId { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset DeletedAt { get; set; }
}

/// <summary>A key under which a post was sent.</summary>
internal sealed class IdempotencyKey
{
    public required byte[] KeyHash { get; set; }
    public required byte[] ContentHash { get; set; }
    public Guid PostId { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

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
