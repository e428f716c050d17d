using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace SocialSentiment.Messaging;

/// <summary>
/// Every exchange and queue of the platform. They are declared by whoever opens a channel, each time, so that a broker
/// that has lost its data gets them again.
/// </summary>
public sealed partial class BrokerTopology(IOptions<MessagingOptions> options, ILogger<BrokerTopology> logger)
{
    /// <summary>
    /// RabbitMQ 4 gives a quorum queue without a limit one of 20 and throws away what exceeds it; 3.x knows no word for
    /// "none" (-1 is refused). A limit that is never reached is understood by both.
    /// </summary>
    private const int NoDeliveryLimit = 1_000_000_000;

    /// <summary>A suspect may take down whoever works on it twice more, not three times: a worker or a broker that is restarted at a bad moment is no fault of the post.</summary>
    internal const int SuspectDeliveryLimit = 2;

    private readonly ConcurrentDictionary<string, bool> _reported = new(StringComparer.Ordinal);

    internal IReadOnlyList<QueueDefinition> Definitions { get; } = Define(options.Value);

    /// <summary>Whether a queue of this name is declared here.</summary>
    internal bool Knows(string queue) => Definitions.Any(definition => definition.Name == queue);

    /// <summary>Declares everything. A queue that exists with other settings is used as it is.</summary>
    public async Task DeclareAsync(IConnection connection, CancellationToken cancellationToken)
    {
        await OnChannelAsync(connection, Queues.DeadLetters, channel => channel.ExchangeDeclareAsync(Queues.DeadLetters, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellationToken), cancellationToken);
        foreach (var exchange in (string[])[Queues.Events, Queues.Models, Queues.Failsafe, Queues.ReplyProgress])
        {
            await OnChannelAsync(connection, exchange, channel => channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellationToken), cancellationToken);
        }

        foreach (var queue in Definitions)
        {
            await OnChannelAsync(
                connection,
                queue.Name,
                channel => channel.QueueDeclareAsync(queue.Name, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(queue.Arguments), cancellationToken: cancellationToken),
                cancellationToken);
        }

        await OnChannelAsync(connection, Queues.Dead, channel => channel.QueueBindAsync(Queues.Dead, Queues.DeadLetters, routingKey: "", cancellationToken: cancellationToken), cancellationToken);
    }

    /// <summary>Each on a channel of its own where it has to be: an error of the broker closes the channel that it happened on.</summary>
    private async Task OnChannelAsync(IConnection connection, string name, Func<IChannel, Task> declare, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            await declare(channel);
        }
        catch (OperationInterruptedException error) when (error.ShutdownReason?.ReplyCode == Constants.PreconditionFailed)
        {
            if (_reported.TryAdd(name, true))
            {
                LogOtherSettings(name, error.ShutdownReason.ReplyText);
            }
        }
    }

    private static QueueDefinition[] Define(MessagingOptions options) =>
    [
        new(Queues.Dead, Quorum(deliveryLimit: NoDeliveryLimit)),
        new(Queues.Analyze, Quorum(options.DeliveryLimit, options.AnalyzeMaxLength, deadLetters: true)),
        new(Queues.Suspects, Quorum(SuspectDeliveryLimit, deadLetters: true)),
        new(Queues.Results, Quorum(options.DeliveryLimit, options.ResultsMaxLength, deadLetters: true)),
        new(Queues.Replies, Quorum(options.DeliveryLimit, options.RepliesMaxLength, deadLetters: true)),
        new(Queues.ReplyResults, Quorum(options.DeliveryLimit, options.RepliesMaxLength, deadLetters: true)),
        new(Queues.Predict, Transient(options.PredictMaxLength, options.PredictTimeToLive)),
    ];

    /// <summary>
    /// Replicated where there are replicas, and on disk before it is confirmed. A dead letter leaves the queue only when
    /// it has arrived among the dead letters (<c>at-least-once</c>), which the broker grants only to queues that refuse
    /// what is too much instead of dropping it.
    /// </summary>
    private static Dictionary<string, object?> Quorum(int deliveryLimit, int? maxLength = null, bool deadLetters = false)
    {
        var arguments = new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum",
            ["x-delivery-limit"] = deliveryLimit,
        };
        if (deadLetters)
        {
            arguments["x-dead-letter-exchange"] = Queues.DeadLetters;
            arguments["x-dead-letter-strategy"] = "at-least-once";
            arguments["x-overflow"] = "reject-publish";
        }

        if (maxLength is { } length)
        {
            arguments["x-max-length"] = length;
        }

        return arguments;
    }

    /// <summary>
    /// For messages that somebody waits for: kept in memory, gone when nobody waits any more. The queue itself is durable,
    /// as RabbitMQ 4 is about to drop the other kind.
    /// </summary>
    private static Dictionary<string, object?> Transient(int maxLength, TimeSpan timeToLive) => new()
    {
        ["x-queue-type"] = "classic",
        ["x-message-ttl"] = (long)timeToLive.TotalMilliseconds,
        ["x-max-length"] = maxLength,
        ["x-overflow"] = "reject-publish",
    };

    [LoggerMessage(LogLevel.Warning, "{Name} exists on the broker with other settings than these and is used as it is; delete it to have it made anew. {Reason}")]
    private partial void LogOtherSettings(string name, string reason);
}
