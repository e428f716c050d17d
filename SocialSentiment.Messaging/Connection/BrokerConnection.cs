using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace SocialSentiment.Messaging;

/// <summary>
/// The connections of this process to the broker. There are two: a broker that runs short of memory or disk stops reading
/// from whoever publishes, and what is consumed must still be acknowledged then, or the shortage would never end.
/// </summary>
public sealed class BrokerConnection(IConnectionFactory factory, TimeProvider time, ILogger<BrokerConnection> logger) : BackgroundService
{
    /// <summary>The connection that is consumed from, if there is one.</summary>
    public IConnection? Current => Consuming.Current;

    /// <summary>Why there is no connection; null once there is one.</summary>
    public Exception? LastError => Consuming.LastError ?? Publishing.LastError;

    /// <summary>Whether the broker, short of memory or disk, takes no messages. It says so at the first one that it does not take.</summary>
    public bool IsBlocked => BlockedReason is not null;

    /// <summary>Why the broker takes no messages; null when it does.</summary>
    public string? BlockedReason => Publishing.BlockedReason;

    internal BrokerLink Consuming { get; } = new(factory, "consuming", time, logger);

    internal BrokerLink Publishing { get; } = new(factory, "publishing", time, logger);

    /// <summary>Waits until there is a connection to consume from.</summary>
    public Task<IConnection> WaitAsync(CancellationToken cancellationToken) => Consuming.WaitAsync(cancellationToken);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
        => Task.WhenAll(Consuming.RunAsync(stoppingToken), Publishing.RunAsync(stoppingToken));
}
