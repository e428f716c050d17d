using System.Text.Json.Serialization;

namespace SocialSentiment.Contracts.Replies;

/// <summary>Asks for drafts of a reply to a post; everything has a default.</summary>
/// <param name="Tone">How they shall sound: <c>friendly</c>, <c>professional</c>, <c>empathetic</c> or <c>brief</c>; <c>friendly</c> unless said otherwise.</param>
/// <param name="Count">How many, 1 to 5; 3 unless said otherwise.</param>
/// <param name="Model">Who writes: the key of a model with the task <c>generation</c>; the workers' own choice unless said otherwise.</param>
/// <param name="Seed">The same model, version, text, tone, count and seed give the same drafts; any number, drawn by lot unless said otherwise.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RepliesRequest(string? Tone = null, int? Count = null, string? Model = null, long? Seed = null);

/// <summary>Asks for drafts of a reply to a text that is no stored post.</summary>
/// <param name="Text">The text to reply to, 1 to 5,000 characters.</param>
/// <param name="Tone">How they shall sound: <c>friendly</c>, <c>professional</c>, <c>empathetic</c> or <c>brief</c>; <c>friendly</c> unless said otherwise.</param>
/// <param name="Count">How many, 1 to 5; 3 unless said otherwise.</param>
/// <param name="Model">Who writes: the key of a model with the task <c>generation</c>; the workers' own choice unless said otherwise.</param>
/// <param name="Seed">The same model, version, text, tone, count and seed give the same drafts; any number, drawn by lot unless said otherwise.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReplyPreviewRequest(string? Text, string? Tone = null, int? Count = null, string? Model = null, long? Seed = null);

/// <summary>What a person made of a draft.</summary>
/// <param name="Text">The reply as it shall be sent, 1 to 1,000 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record EditReplyRequest(string? Text);
