namespace SocialSentiment.Messaging;

/// <summary>What is going on in a queue.</summary>
/// <param name="Ready">How many messages wait to be handed out.</param>
/// <param name="Consumers">How many consumers there are.</param>
public sealed record QueueState(long Ready, int Consumers);

/// <summary>Looks into queues.</summary>
public sealed class QueueInspector(BrokerConnection broker)
{
    /// <summary>The state of a queue; null when it does not exist or there is no broker.</summary>
    public async Task<QueueState?> GetAsync(string queue, CancellationToken cancellationToken)
    {
        if (broker.Current is not { IsOpen: true } connection)
        {
            return null;
        }

        try
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            var state = await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
            return new QueueState(state.MessageCount, (int)state.ConsumerCount);
        }
        catch (Exception error) when (BrokerErrors.IsOfTheBroker(error, cancellationToken))
        {
            return null;
        }
    }
}
