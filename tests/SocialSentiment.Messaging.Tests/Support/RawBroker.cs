using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using SocialSentiment.Testing;

namespace SocialSentiment.Messaging.Tests;

/// <summary>The broker through the client library alone.</summary>
internal sealed class RawBroker(IConnection connection) : IAsyncDisposable
{
    public IConnection Connection => connection;

    public static async Task<RawBroker> ConnectAsync(string connectionString, CancellationToken cancellationToken)
        => new(await new ConnectionFactory { Uri = new Uri(connectionString), AutomaticRecoveryEnabled = false }.CreateConnectionAsync(cancellationToken));

    public async Task DeclareAsync(string queue, IDictionary<string, object?>? arguments = null)
    {
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments);
    }

    public Task DeclareQuorumAsync(string queue) => DeclareAsync(queue, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });

    public async Task DeleteQueueAsync(string queue)
    {
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false);
    }

    public async Task PublishAsync(string queue, byte[] body, BasicProperties? properties = null)
    {
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await channel.BasicPublishAsync(exchange: "", queue, mandatory: true, properties ?? new BasicProperties(), body);
    }

    /// <summary>How many messages are ready; null if there is no such queue.</summary>
    public async Task<long?> CountAsync(string queue) => (await StateAsync(queue))?.Ready;

    public async Task<QueueState?> StateAsync(string queue)
    {
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            var state = await channel.QueueDeclarePassiveAsync(queue);
            return new QueueState(state.MessageCount, (int)state.ConsumerCount);
        }
        catch (OperationInterruptedException)
        {
            return null;
        }
    }

    public Task BecomesAsync(string queue, long count, CancellationToken cancellationToken)
        => Eventually.GetAsync(() => CountAsync(queue), ready => ready == count, cancellationToken);

    /// <summary>Takes the next message off the queue, as soon as there is one.</summary>
    public async Task<RawMessage> TakeAsync(string queue, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        var message = await Eventually.GetAsync(() => channel.BasicGetAsync(queue, autoAck: true, cancellationToken), message => message is not null, cancellationToken);
        return new RawMessage(message!);
    }

    /// <summary>Takes the next message in hand and dies of it.</summary>
    public async Task CrashOnAsync(string queue, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await Eventually.GetAsync(() => channel.BasicGetAsync(queue, autoAck: false, cancellationToken), message => message is not null, cancellationToken);
    }

    public async ValueTask DisposeAsync() => await connection.DisposeAsync();
}

internal sealed record RawMessage(BasicGetResult Result)
{
    public string Text => Encoding.UTF8.GetString(Result.Body.Span);

    public IReadOnlyDictionary<string, object?> Headers => MessageHeaders.Read(Result.BasicProperties.Headers);

    public DeadLetterInfo DeadLetter => DeadLetterInfo.From(Headers);
}
