using RabbitMQ.Client;

namespace SocialSentiment.Messaging;

/// <summary>The channel that broadcasts go over: unconfirmed, and so apart from the others.</summary>
internal sealed class BroadcastChannel(BrokerTopology topology) : IAsyncDisposable
{
    private readonly SemaphoreSlim _sending = new(1, 1);
    private IChannel? _channel;

    public async Task SendAsync(IConnection connection, string exchange, ReadOnlyMemory<byte> body, CancellationToken deadline)
    {
        await _sending.WaitAsync(deadline);
        try
        {
            if (_channel is not { IsOpen: true })
            {
                await CloseAsync();

                // An unknown exchange would close the channel.
                await topology.DeclareAsync(connection, deadline);
                _channel = await connection.CreateChannelAsync(cancellationToken: deadline);
            }

            await _channel.BasicPublishAsync(exchange, routingKey: "", mandatory: false, new BasicProperties { DeliveryMode = DeliveryModes.Transient }, body, deadline);
        }
        finally
        {
            _sending.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _sending.Dispose();
    }

    private async ValueTask CloseAsync()
    {
        if (_channel is { } channel)
        {
            _channel = null;
            await channel.DisposeAsync();
        }
    }
}
