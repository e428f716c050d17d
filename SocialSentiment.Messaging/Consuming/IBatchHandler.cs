namespace SocialSentiment.Messaging;

/// <summary>
/// Works on what has arrived. It returns when every message of the batch is done, and throws otherwise; then the batch is
/// split until the message that it failed on is found. So a message may come more than once. It is made for each try, in
/// a scope of its own, unless it is registered otherwise beforehand.
/// </summary>
public interface IBatchHandler<TMessage>
{
    /// <param name="batch">At least one message, in the order of their arrival.</param>
    /// <param name="cancellationToken">Fires when the host no longer waits for work in progress.</param>
    Task HandleAsync(IReadOnlyList<Delivery<TMessage>> batch, CancellationToken cancellationToken);
}
