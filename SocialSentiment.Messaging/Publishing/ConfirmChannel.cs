using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace SocialSentiment.Messaging;

/// <summary>
/// A channel on which the broker confirms each message. Confirms are counted here and not by the client library: that
/// gives one task per publish call instead of one per message, and forgets nothing when a wait is given up.
/// </summary>
internal sealed class ConfirmChannel : IAsyncDisposable
{
    private readonly IChannel _channel;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, (PublishRun Run, int Index)> _unconfirmed = [];
    private ulong _last;
    private ulong _lowest = 1;
    private bool _ended;

    private ConfirmChannel(IChannel channel)
    {
        _channel = channel;
        channel.BasicAcksAsync += (_, ack) => OnWord(ack.DeliveryTag, ack.Multiple, refused: false);
        channel.BasicNacksAsync += (_, nack) => OnWord(nack.DeliveryTag, nack.Multiple, refused: true);
        channel.BasicReturnAsync += OnReturned;
        channel.ChannelShutdownAsync += (_, shutdown) =>
        {
            End(shutdown.ReplyText, shutdown.Exception);
            return Task.CompletedTask;
        };
    }

    public bool IsOpen => !_ended && _channel.IsOpen;

    public static async Task<ConfirmChannel> OpenAsync(IConnection connection, CancellationToken cancellationToken)
        => new(await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false),
            cancellationToken));

    /// <summary>Hands every message to the connection. What becomes of them, the run learns; of an error too.</summary>
    public async Task WriteAsync(string exchange, string routingKey, PublishRun run, CancellationToken deadline)
    {
        await _writing.WaitAsync(deadline);
        try
        {
            var address = (Exchange: new CachedString(exchange), Key: new CachedString(routingKey));
            for (var i = 0; i < run.Items.Count; i++)
            {
                lock (_lock)
                {
                    if (_ended)
                    {
                        break;
                    }

                    _unconfirmed.Add(++_last, (run, i));
                }

                await _channel.BasicPublishAsync(address.Exchange, address.Key, mandatory: true, run.Items[i].Properties, run.Items[i].Body, deadline);
            }
        }
        catch (Exception error)
        {
            // Nobody knows now what number the broker gives to the next message.
            End(error.Message, error);
            throw;
        }
        finally
        {
            _writing.Release();
        }

        if (_ended)
        {
            run.SettleRest(() => Lost("the channel is closed", error: null));
        }
    }

    public async ValueTask DisposeAsync()
    {
        End("closed", error: null);
        await _channel.DisposeAsync();
        _writing.Dispose();
    }

    /// <summary>Numbers are given out in order, so what is confirmed up to a number begins where the last such confirm ended.</summary>
    private Task OnWord(ulong tag, bool multiple, bool refused)
    {
        lock (_lock)
        {
            for (var number = multiple ? _lowest : tag; number <= tag; number++)
            {
                if (_unconfirmed.Remove(number, out var message))
                {
                    message.Run.Settle(message.Index, refused ? new PublishFailedException(PublishFailure.Nacked, "The broker refused the message.") : null);
                }
            }

            if (multiple)
            {
                _lowest = tag + 1;
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>A returned message comes without its number; its confirm follows and finds it settled.</summary>
    private Task OnReturned(object sender, BasicReturnEventArgs returned)
    {
        var id = returned.BasicProperties.MessageId;
        lock (_lock)
        {
            foreach (var (run, index) in _unconfirmed.Values)
            {
                if (run.Items[index].Properties.MessageId == id)
                {
                    run.Settle(index, new PublishFailedException(PublishFailure.Returned, $"There is no queue {returned.RoutingKey}{returned.Exchange}: {returned.ReplyText}"));
                }
            }
        }

        return Task.CompletedTask;
    }

    private void End(string reason, Exception? error)
    {
        lock (_lock)
        {
            _ended = true;
            foreach (var (run, index) in _unconfirmed.Values)
            {
                run.Settle(index, Lost(reason, error));
            }

            _unconfirmed.Clear();
        }
    }

    private static PublishFailedException Lost(string reason, Exception? error)
        => new(PublishFailure.NotConnected, $"The channel was lost before the broker confirmed the message: {reason}", error);
}
