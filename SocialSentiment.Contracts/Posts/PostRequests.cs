using System.Text.Json.Serialization;

namespace SocialSentiment.Contracts.Posts;

/// <summary>A post to take in.</summary>
/// <param name="Text">What was said: 1 to 5,000 characters after trimming.</param>
/// <param name="Author">Who said it; up to 200 characters.</param>
/// <param name="Source">Where it comes from: up to 64 lower-case letters, digits, dots, dashes and underscores; <c>api</c> if not given.</param>
/// <param name="ExternalId">Its id at the source; up to 200 characters. The same source and id are the same post.</param>
/// <param name="CreatedAt">When it was said, with its offset from UTC; now if not given.</param>
/// <param name="Language">The language as a tag such as <c>en</c> or <c>pt-BR</c>, if known.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CreatePostRequest(
    string? Text,
    string? Author = null,
    string? Source = null,
    string? ExternalId = null,
    [property: JsonConverter(typeof(InstantConverter))] DateTimeOffset? CreatedAt = null,
    string? Language = null);

/// <summary>An edit of a post: a new revision, analysed again.</summary>
/// <param name="Text">The new text: 1 to 5,000 characters after trimming.</param>
/// <param name="Revision">The revision that the edit is based on; if given and no longer current, the edit is refused.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record EditPostRequest(string? Text, int? Revision = null);

/// <summary>Many posts at once.</summary>
/// <param name="Posts">1 to 1,000 posts; each is accepted or refused by itself.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CreatePostsRequest(IReadOnlyList<CreatePostRequest>? Posts);
