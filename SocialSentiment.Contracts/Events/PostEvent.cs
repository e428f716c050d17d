using System.Text.Json.Serialization;
using SocialSentiment.Contracts.Posts;

namespace SocialSentiment.Contracts.Events;

/// <summary>What happened to a post.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<PostEventKind>))]
public enum PostEventKind
{
    /// <summary>It was accepted, and is pending.</summary>
    Created,

    /// <summary>It has a provisional label of the lexicon.</summary>
    Provisional,

    /// <summary>It has its final label.</summary>
    Labelled,

    /// <summary>It could not be analysed.</summary>
    Dead,

    /// <summary>Its text was edited; it is pending again.</summary>
    Edited,

    /// <summary>It was taken out of the dead letters and is pending again.</summary>
    Replayed,

    /// <summary>It was deleted.</summary>
    Deleted,

    /// <summary>There are new drafts of a reply to it.</summary>
    Replied,
}

/// <summary>One event of the live feed.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="PostId">The post.</param>
/// <param name="Revision">The revision that it happened to.</param>
/// <param name="At">When it happened.</param>
/// <param name="Post">The post as it stands now; absent if it has been deleted since.</param>
public sealed record PostEvent(PostEventKind Kind, Guid PostId, int Revision, DateTimeOffset At, PostResponse? Post);
