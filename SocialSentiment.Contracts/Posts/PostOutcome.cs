using System.Text.Json.Serialization;

namespace SocialSentiment.Contracts.Posts;

/// <summary>What became of a post that was sent in.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<PostOutcome>))]
public enum PostOutcome
{
    /// <summary>New, and accepted.</summary>
    Accepted,

    /// <summary>The same key or external id came with the same content before; this is that post.</summary>
    Existing,

    /// <summary>The same key or external id came with other content before.</summary>
    Conflict,

    /// <summary>It was deleted here; deleted posts do not come back.</summary>
    Deleted,

    /// <summary>It is not a valid post.</summary>
    Invalid,
}
