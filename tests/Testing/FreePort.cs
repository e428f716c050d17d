using System.Net;
using System.Net.Sockets;

namespace SocialSentiment.Testing;

public static class FreePort
{
    /// <summary>
    /// A port on the loopback address that nothing listens on right now, and below those that the system gives to outgoing
    /// connections: with as many of these as the tests have, one would take it before it is listened on.
    /// </summary>
    public static int Next()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(20_000, 32_000));
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Taken; there are others.
            }
        }
    }
}
