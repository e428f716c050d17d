using System.Text.Json.Serialization;

namespace SocialSentiment.Contracts.Replies;

/// <summary>How a reply shall sound.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ReplyTone>))]
public enum ReplyTone
{
    Friendly,
    Professional,
    Empathetic,
    Brief,
}

/// <summary>Who wrote a draft.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ReplySource>))]
public enum ReplySource
{
    /// <summary>A language model.</summary>
    Model,

    /// <summary>A person, once, for all posts of a kind.</summary>
    Template,
}

/// <summary>What became of a draft.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ReplyDecision>))]
public enum ReplyDecision
{
    /// <summary>Nobody has decided yet.</summary>
    Open,

    /// <summary>Somebody takes it as it is.</summary>
    Accepted,

    /// <summary>Somebody takes it, changed.</summary>
    Edited,

    /// <summary>Nobody wants it.</summary>
    Rejected,
}

/// <summary>Where an order for drafts is on its way.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ReplyJobState>))]
public enum ReplyJobState
{
    /// <summary>It waits for a worker.</summary>
    Queued,

    /// <summary>A worker is writing.</summary>
    Running,

    /// <summary>The drafts are there.</summary>
    Done,

    /// <summary>Somebody called it off, or its post changed under it.</summary>
    Cancelled,
}
