using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Replies;

namespace SocialSentiment.Api.Data.Entities;

/// <summary>An order for drafts of a reply. It is its own outbox: what has not been published yet is published.</summary>
internal sealed class ReplyOrder
{
    public Guid Id { get; set; }

    /// <summary>None for a preview, which has a text of its own.</summary>
    public Guid? PostId { get; set; }
    public int? Revision { get; set; }
    public string? Text { get; set; }

    /// <summary>The feeling that the drafts reply to, as far as it is known.</summary>
    public SentimentLabel? Label { get; set; }
    public ReplyTone Tone { get; set; }
    public short Count { get; set; }
    public string? Model { get; set; }
    public long Seed { get; set; }
    public ReplyJobState State { get; set; }
    public string? Note { get; set; }
    public string? Worker { get; set; }
    public string? TraceParent { get; set; }
    public DateTimeOffset RequestedAt { get; set; }
    public DateTimeOffset? PublishedAt { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
}

/// <summary>A draft, and what a person made of it.</summary>
internal sealed class Reply
{
    public Guid Id { get; set; }
    public Guid JobId { get; set; }
    public short Rank { get; set; }
    public required string Text { get; set; }
    public ReplySource Source { get; set; }
    public required string Model { get; set; }
    public required string Version { get; set; }
    public float Score { get; set; }
    public ReplyDecision Decision { get; set; }
    public string? EditedText { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
