using RabbitMQ.Client;

namespace SocialSentiment.Messaging;

/// <summary>Listens to an exchange with a queue of its own, which ends with the connection.</summary>
internal sealed class BroadcastConsumer(
    string exchange,
    IBroadcastListener listener,
    MessagingMetrics metrics)
    : IConsumption
{
    private const ushort Prefetch = 1_000;

    /// <summary>A listener that does not keep up loses the oldest; it cannot fill the broker's memory.</summary>
    private static readonly Dictionary<string, object?> s_arguments = new() { ["x-max-length"] = 10_000 };

    public async Task ConsumeAsync(IChannel channel, CancellationToken stopping, CancellationToken impatience)
    {
        using var inbox = new Inbox(channel);
        using var settlements = new Settlements(channel);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(inbox.Ended, stopping);
        var queue = await channel.QueueDeclareAsync(queue: "", durable: false, exclusive: true, autoDelete: true, new Dictionary<string, object?>(s_arguments), cancellationToken: stopping);
        await channel.QueueBindAsync(queue.QueueName, exchange, routingKey: "", cancellationToken: stopping);
        await listener.OnConnectedAsync(leave.Token);
        await inbox.ConsumeAsync(queue.QueueName, Prefetch, stopping);
        try
        {
            while (await inbox.Deliveries.WaitToReadAsync(leave.Token).AsTask().WaitAsync(leave.Token))
            {
                var heard = new List<ulong>();
                while (heard.Count < Prefetch && inbox.Deliveries.TryRead(out var delivery))
                {
                    metrics.Received(exchange, waited: null);
                    await listener.OnMessageAsync(delivery.Body, leave.Token);
                    heard.Add(delivery.Tag);
                }

                await settlements.AckAsync(heard, leave.Token);
            }
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            // The next connect tells the listener that there was a gap.
        }
    }
}
