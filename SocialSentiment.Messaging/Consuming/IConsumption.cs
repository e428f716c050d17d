using RabbitMQ.Client;

namespace SocialSentiment.Messaging;

/// <summary>What is done with a channel while it is open.</summary>
internal interface IConsumption
{
    /// <summary>Consumes until the channel or the consumption has ended, or the host stops; then it finishes what it has begun.</summary>
    /// <param name="channel">A channel of its own.</param>
    /// <param name="stopping">Fires when the host stops.</param>
    /// <param name="impatience">Fires when the host no longer waits for work in progress.</param>
    Task ConsumeAsync(IChannel channel, CancellationToken stopping, CancellationToken impatience);
}
