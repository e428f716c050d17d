using System.Net.Sockets;

namespace Aspire.Hosting.Dashboard;

internal static class Listening
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    /// <summary>True once something accepts connections at <paramref name="url"/>; false when the caller stops waiting for it.</summary>
    public static async Task<bool> WaitAsync(Uri url, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(s_interval);
        try
        {
            while (!await AcceptsAsync(url, cancellationToken).ConfigureAwait(false))
            {
                await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Does anything accept connections at <paramref name="url"/> now?</summary>
    public static async Task<bool> AcceptsAsync(Uri url, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(url.DnsSafeHost, url.Port, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
