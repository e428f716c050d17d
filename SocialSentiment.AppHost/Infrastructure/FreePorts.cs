using System.Net;
using System.Net.Sockets;

namespace SocialSentiment.AppHost.Infrastructure;

/// <summary>
/// Ports that nobody uses right now, for programs that cannot choose one themselves. They lie below those that systems give
/// to outgoing connections: one of these could take the port before the program does, and hold it for as long as it lives.
/// </summary>
internal static class FreePorts
{
    private const int First = 20_000;
    private const int Last = 32_000;

    public static int[] Take(int count)
    {
        // All at once, so that no port is handed out twice.
        List<TcpListener> listeners = [];
        try
        {
            while (listeners.Count < count)
            {
                var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(First, Last));
                try
                {
                    listener.Start();
                    listeners.Add(listener);
                }
                catch (SocketException)
                {
                    listener.Dispose();
                }
            }

            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }
}
