using System.Net.Sockets;
using System.Threading.Channels;
using RabbitMQ.Client.Exceptions;

namespace SocialSentiment.Messaging;

/// <summary>Tells what the broker, the connection to it or the client library is to blame for.</summary>
internal static class BrokerErrors
{
    /// <summary>
    /// The library's time limits surface as cancellations and its disposed channels as disposed objects; so whatever it
    /// throws while we ourselves have not given up is the broker's doing.
    /// </summary>
    public static bool IsOfTheBroker(Exception error, CancellationToken ours)
        => error is RabbitMQClientException or IOException or SocketException or ObjectDisposedException or TimeoutException or ChannelClosedException
            || (error is OperationCanceledException && !ours.IsCancellationRequested);
}
