namespace SocialSentiment.Messaging;

/// <summary>Hears what is broadcast while it is connected. One message at a time.</summary>
public interface IBroadcastListener
{
    /// <summary>
    /// Called after each connect, before the first message: what was said in between is lost and has to be looked up.
    /// Nothing that is said from now on will be missed.
    /// </summary>
    Task OnConnectedAsync(CancellationToken cancellationToken);

    Task OnMessageAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken);
}
