namespace SocialSentiment.Messaging;

/// <summary>A durable queue, and what it is declared with.</summary>
internal sealed record QueueDefinition(string Name, IReadOnlyDictionary<string, object?> Arguments);
