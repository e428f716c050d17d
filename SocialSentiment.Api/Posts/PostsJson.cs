using System.Text.Json;
using System.Text.Json.Serialization;

namespace SocialSentiment.Api.Posts;

/// <summary>A batch as it came: its posts are read one by one, so that a bad one does not spoil the others.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PostBatchEnvelope(IReadOnlyList<JsonElement>? Posts);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PostBatchEnvelope))]
internal sealed partial class PostsJson : JsonSerializerContext;
