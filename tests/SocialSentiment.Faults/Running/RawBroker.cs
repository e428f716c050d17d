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

    /// <summary>Publishes until the queue takes no more.</summary>
    public async Task FillAsync(string queue, CancellationToken cancellationToken)
    {
        await using var channel = await _connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
        for (var filling = 0; filling < 1_000; filling++)
        {
            // A limit that was just set holds a moment later: on a busy machine a thousand messages are quicker.
            await Task.Delay(filling % 20 == 19 ? 100 : 0, cancellationToken);
            try
            {
                await channel.BasicPublishAsync("", queue, mandatory: true, new BasicProperties { Persistent = true }, "junk"u8.ToArray(), cancellationToken);
            }
            catch (RabbitMQ.Client.Exceptions.PublishException)
            {
                return;
            }
        }

        throw new InvalidOperationException($"{queue} is never full.");
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
