using System.Net;
using System.Net.Sockets;

namespace SocialSentiment.Testing;

public static class FreePort
{
    /// <summary>A port on the loopback address that nothing listens on right now.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
