using System.Text.Json.Serialization;

namespace SocialSentiment.Contracts.Posts;

/// <summary>Where a post is on its way. Pending ends in exactly one of the other two.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<PostStatus>))]
public enum PostStatus
{
    /// <summary>Accepted; its analysis is still to come. It may carry a provisional label meanwhile.</summary>
    Pending,

    /// <summary>Analysed; the label is final for this revision.</summary>
    Labelled,

    /// <summary>It could not be analysed; the dead letters say why, and can replay it.</summary>
    Dead,
}
