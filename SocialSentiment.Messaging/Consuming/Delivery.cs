using System.Diagnostics;

namespace SocialSentiment.Messaging;

/// <summary>A message as it reaches a handler.</summary>
/// <param name="Body">What was sent.</param>
/// <param name="MessageId">The sender's id of the message.</param>
/// <param name="DeliveryCount">How often the broker has handed it out before without it being settled.</param>
/// <param name="Attempt">Which try this is: 1 at first, one more for every unsettled delivery and for every time it failed alone here.</param>
/// <param name="SentAt">When it was sent, by the sender's clock.</param>
/// <param name="Trace">The trace that it belongs to; the parent of what is done for it.</param>
/// <param name="Headers">Its headers; text comes as <see cref="string"/>.</param>
public sealed record Delivery<TMessage>(
    TMessage Body,
    string? MessageId,
    int DeliveryCount,
    int Attempt,
    DateTimeOffset? SentAt,
    ActivityContext Trace,
    IReadOnlyDictionary<string, object?> Headers);
