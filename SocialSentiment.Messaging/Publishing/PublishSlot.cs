using RabbitMQ.Client;

namespace SocialSentiment.Messaging;

/// <summary>A place in the publisher's pool: one channel at a time, opened when it is needed and replaced when it has ended.</summary>
internal sealed class PublishSlot(BrokerTopology topology) : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private volatile ConfirmChannel? _channel;
    private volatile bool _declareAgain;

    public void DeclareAgain() => _declareAgain = true;

    public async ValueTask<ConfirmChannel> GetAsync(IConnection connection, CancellationToken deadline)
    {
        if (_channel is { IsOpen: true } open && !_declareAgain)
        {
            return open;
        }

        await _opening.WaitAsync(deadline);
        try
        {
            if (_channel is null or { IsOpen: false } || _declareAgain)
            {
                await topology.DeclareAsync(connection, deadline);
                _declareAgain = false;
            }

            if (_channel is { IsOpen: true } opened)
            {
                return opened;
            }

            // Closing a channel that nobody answers on takes its time; who waits here must not.
            _ = CloseAsync();
            return _channel = await ConfirmChannel.OpenAsync(connection, deadline);
        }
        finally
        {
            _opening.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _opening.Dispose();
    }

    private async Task CloseAsync()
    {
        if (_channel is { } channel)
        {
            _channel = null;
            try
            {
                await channel.DisposeAsync();
            }
            catch (Exception error) when (BrokerErrors.IsOfTheBroker(error, CancellationToken.None))
            {
                // It is gone one way or the other.
            }
        }
    }
}
