using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Posts;

namespace SocialSentiment.Api.Data.Entities;

/// <summary>Where a post stands: one row per post, changed as it is labelled. A pending post that has a label has a provisional one.</summary>
internal sealed class Sentiment
{
    public Guid PostId { get; set; }
    public int Revision { get; set; }

    /// <summary>The one job whose result counts; every other result is stale.</summary>
    public Guid JobId { get; set; }

    public PostStatus Status { get; set; }
    public SentimentLabel? Label { get; set; }
    public float? Confidence { get; set; }
    public string? Model { get; set; }
    public DateTimeOffset? AnalysedAt { get; set; }
    public string? DeadReason { get; set; }

    /// <summary>When this revision was accepted.</summary>
    public DateTimeOffset AcceptedAt { get; set; }

    /// <summary>When its job was last put into the outbox, and how often.</summary>
    public DateTimeOffset EnqueuedAt { get; set; }
    public int Enqueues { get; set; }

    /// <summary>The post's own, repeated here so that pages by label and the roll-ups need no join.</summary>
    public DateTimeOffset CreatedAt { get; set; }
    public required string Source { get; set; }
}
