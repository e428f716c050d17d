using RabbitMQ.Client;

namespace SocialSentiment.Faults.Running;

/// <summary>A hand in the broker's affairs, past the platform.</summary>
internal sealed class RawBroker : IAsyncDisposable
{
    private readonly IConnection _connection;

    private RawBroker(IConnection connection) => _connection = connection;

    public static async Task<RawBroker> ConnectAsync(Cluster cluster, CancellationToken cancellationToken)
        => new(await new ConnectionFactory { Uri = new Uri(cluster.Rabbit.ConnectionString) }.CreateConnectionAsync(cancellationToken));

    public async Task DeleteQueueAsync(string queue, CancellationToken cancellationToken)
    {
        await using var channel = await _connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false, cancellationToken: cancellationToken);
    }

    public async Task DeleteExchangeAsync(string exchange, CancellationToken cancellationToken)
    {
        await using var channel = await _connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.ExchangeDeleteAsync(exchange, cancellationToken: cancellationToken);
    }

    /// <summary>A queue that takes so many messages and refuses more.</summary>
    public async Task DeclareSmallQueueAsync(string queue, int maxLength, CancellationToken cancellationToken)
    {
        await using var channel = await _connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(
            queue,
            durable: true,
            exclusive: false,
            autoDelete: false,
            new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-max-length"] = maxLength, ["x-overflow"] = "reject-publish" },
            cancellationToken: cancellationToken);
    }

    /// <summary>How many messages wait; null if there is no such queue.</summary>
    public async Task<uint?> ReadyAsync(string queue, CancellationToken cancellationToken)
    {
        await using var channel = await _connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, cancellationToken)).MessageCount;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return null;
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
