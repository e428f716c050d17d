using System.Diagnostics;

namespace SocialSentiment.Messaging;

/// <summary>A message to send.</summary>
/// <param name="Body">What to say: a type that <c>ContractsJson</c> knows, or bytes as they are.</param>
/// <param name="MessageId">Identifies the message however often it is sent.</param>
/// <param name="Trace">The trace that it belongs to; the current one if not given.</param>
/// <param name="Priority">From 0 to 9. Quorum queues of RabbitMQ 4 know two: above 4 goes first. Those of 3.x ignore it.</param>
/// <param name="Headers">Further headers.</param>
public sealed record OutgoingMessage<T>(
    T Body,
    string MessageId,
    ActivityContext Trace = default,
    byte Priority = 0,
    IReadOnlyDictionary<string, object?>? Headers = null);
