using System.Threading.Channels;
using RabbitMQ.Client;

namespace SocialSentiment.Messaging;

/// <summary>A message as it came off the wire.</summary>
internal sealed record RawDelivery(ulong Tag, byte[] Body, IReadOnlyBasicProperties Properties, IReadOnlyDictionary<string, object?> Headers);

/// <summary>Collects what the broker delivers until somebody has time for it; the prefetch bounds it.</summary>
internal sealed class Inbox : AsyncDefaultBasicConsumer, IDisposable
{
    private readonly Channel<RawDelivery> _deliveries = System.Threading.Channels.Channel.CreateUnbounded<RawDelivery>(new UnboundedChannelOptions { SingleWriter = true });
    private readonly CancellationTokenSource _ended = new();
    private string? _consumerTag;
    private bool _disposed;

    public Inbox(IChannel channel)
        : base(channel)
    {
        channel.ChannelShutdownAsync += (_, _) =>
        {
            End();
            return Task.CompletedTask;
        };

        if (!channel.IsOpen)
        {
            End();
        }
    }

    public ChannelReader<RawDelivery> Deliveries => _deliveries.Reader;

    /// <summary>Fires when nothing more will come, because the channel was closed or the broker has ended the consumption.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Has the broker deliver what is in a queue, so much of it at once.</summary>
    public async Task ConsumeAsync(string queue, int prefetch, CancellationToken cancellationToken)
    {
        await Channel.BasicQosAsync(prefetchSize: 0, (ushort)prefetch, global: false, cancellationToken);
        _consumerTag = await Channel.BasicConsumeAsync(queue, autoAck: false, this, cancellationToken);
    }

    /// <summary>
    /// Waits until nothing new is to be begun. Where the host stops, the broker is told at once: what it would deliver
    /// while work in progress is finished would only have to go back.
    /// </summary>
    public async Task LeaveAsync(CancellationToken leave, CancellationToken impatience)
    {
        await Task.Delay(Timeout.Infinite, leave).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Channel.IsOpen && _consumerTag is not null)
        {
            await QuietlyAsync(Channel.BasicCancelAsync(_consumerTag, cancellationToken: impatience), impatience);
        }
    }

    /// <summary>
    /// Gives back whatever is not settled. Closing the channel would do, but RabbitMQ from 4.3 on does not count against a
    /// message that it was given back, and closing it counts.
    /// </summary>
    public async Task GiveBackAsync(CancellationToken impatience)
    {
        if (Channel.IsOpen)
        {
            await QuietlyAsync(Channel.BasicNackAsync(deliveryTag: 0, multiple: true, requeue: true, impatience).AsTask(), impatience);
        }
    }

    /// <summary>Begins anew as if the channel had been closed.</summary>
    public void End()
    {
        _deliveries.Writer.TryComplete();
        lock (_ended)
        {
            if (!_disposed)
            {
                // Not on this thread: it may be the one that reads from the connection, and those who wait here go on to
                // ask things of the connection.
                _ = _ended.CancelAsync();
            }
        }
    }

    public override Task HandleBasicDeliverAsync(
        string consumerTag,
        ulong deliveryTag,
        bool redelivered,
        string exchange,
        string routingKey,
        IReadOnlyBasicProperties properties,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken = default)
    {
        // The library uses the body's memory again once this returns.
        _deliveries.Writer.TryWrite(new RawDelivery(deliveryTag, body.ToArray(), properties, MessageHeaders.Read(properties.Headers)));
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        lock (_ended)
        {
            _disposed = true;
            _ended.Dispose();
        }
    }

    protected override Task OnCancelAsync(string[] consumerTags, CancellationToken cancellationToken = default)
    {
        End();
        return base.OnCancelAsync(consumerTags, cancellationToken);
    }

    /// <summary>Where the channel ends in the middle of it, everything goes back anyway.</summary>
    private static async Task QuietlyAsync(Task saying, CancellationToken impatience)
    {
        try
        {
            await saying;
        }
        catch (Exception error) when (error is OperationCanceledException || BrokerErrors.IsOfTheBroker(error, impatience))
        {
            // As said.
        }
    }
}
