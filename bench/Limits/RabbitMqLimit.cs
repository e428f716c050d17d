using System.Diagnostics;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace SocialSentiment.Bench.Limits;

/// <summary>Messages through one quorum queue with the bare client: published with confirms, consumed with acks.</summary>
internal static class RabbitMqLimit
{
    private const string Queue = "bench.limits";
    private const int Window = 500;
    private static readonly byte[] s_body = new byte[400];

    public static async Task<IReadOnlyList<Limit>> MeasureAsync(Uri uri, int messages)
    {
        var factory = new ConnectionFactory { Uri = uri };
        await using var connection = await factory.CreateConnectionAsync();
        await using var publishing = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null));
        await using var consuming = await connection.CreateChannelAsync();
        await consuming.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        try
        {
            await PublishAsync(publishing, 2_000);
            await consuming.QueuePurgeAsync(Queue);

            var started = Stopwatch.GetTimestamp();
            await PublishAsync(publishing, messages);
            var confirmed = messages / Stopwatch.GetElapsedTime(started).TotalSeconds;
            await consuming.QueuePurgeAsync(Queue);

            started = Stopwatch.GetTimestamp();
            var consumed = ConsumeAsync(consuming, messages);
            await PublishAsync(publishing, messages);
            await await consumed;
            var through = messages / Stopwatch.GetElapsedTime(started).TotalSeconds;

            return
            [
                new Limit("publish_confirm", $"publish and confirm, {Window} at a time (bare client, quorum queue)", confirmed),
                new Limit("publish_confirm_consume", "publish, confirm, consume and ack at once (the same)", through),
            ];
        }
        finally
        {
            await consuming.QueueDeleteAsync(Queue);
        }
    }

    private static async Task PublishAsync(IChannel channel, int messages)
    {
        var properties = new BasicProperties { Persistent = true };
        var waiting = new List<Task>(Window);
        for (var sent = 0; sent < messages;)
        {
            for (; waiting.Count < Window && sent < messages; sent++)
            {
                waiting.Add(channel.BasicPublishAsync("", Queue, mandatory: true, properties, s_body).AsTask());
            }

            await Task.WhenAll(waiting);
            waiting.Clear();
        }
    }

    /// <summary>Returns once it consumes; the task within ends with the last message.</summary>
    private static async Task<Task> ConsumeAsync(IChannel channel, int messages)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var received = 0;
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            received++;
            if (received % 100 == 0 || received == messages)
            {
                await channel.BasicAckAsync(delivery.DeliveryTag, multiple: true);
            }

            if (received == messages)
            {
                done.SetResult();
            }
        };
        await channel.BasicQosAsync(0, 1_000, global: false);
        await channel.BasicConsumeAsync(Queue, autoAck: false, consumer);
        return done.Task;
    }
}
