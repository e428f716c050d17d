using System.Net;
using System.Net.Sockets;

namespace SocialSentiment.AppHost.Infrastructure;

/// <summary>Ports that nobody uses right now, for programs that cannot choose one themselves.</summary>
internal static class FreePorts
{
    public static int[] Take(int count)
    {
        // All at once, so that no port is handed out twice.
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        try
        {
            return [.. listeners.Select(listener =>
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            })];
        }
        finally
        {
            Array.ForEach(listeners, listener => listener.Dispose());
        }
    }
}
