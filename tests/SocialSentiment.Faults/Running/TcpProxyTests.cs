using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SocialSentiment.Faults.Running;

/// <summary>A fault that does not happen proves nothing: the wire must really be slow, silent or cut.</summary>
public sealed class TcpProxyTests : IAsyncDisposable
{
    private readonly TcpListener _echo = new(IPAddress.Loopback, 0);
    private readonly TcpProxy _proxy;
    private readonly Task _serving;

    public TcpProxyTests()
    {
        _echo.Start();
        _serving = ServeAsync();
        _proxy = new TcpProxy(((IPEndPoint)_echo.LocalEndpoint).Port);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_carries_both_ways()
    {
        using var client = await ConnectAsync();
        Assert.Equal(1, await EchoAsync(client, 1));
        Assert.Equal(2, await EchoAsync(client, 2));
        Assert.Equal(1, _proxy.Connections);
    }

    [Fact]
    public async Task Latency_counts_each_way()
    {
        using var client = await ConnectAsync();
        await EchoAsync(client, 1);
        _proxy.Latency = TimeSpan.FromMilliseconds(60);
        var started = Stopwatch.GetTimestamp();
        await EchoAsync(client, 2);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 115, 5_000);
    }

    [Fact]
    public async Task A_silent_wire_stays_open_and_delivers_later()
    {
        using var client = await ConnectAsync();
        await EchoAsync(client, 1);
        _proxy.Silence();
        await client.SendAsync(new byte[] { 7 }, Token);
        var answer = ReceiveAsync(client);
        await Assert.ThrowsAsync<TimeoutException>(() => answer.WaitAsync(TimeSpan.FromMilliseconds(150), Token));
        _proxy.Restore();
        Assert.Equal(7, await answer);
    }

    [Fact]
    public async Task Cutting_ends_the_connection_and_new_ones_work()
    {
        using var client = await ConnectAsync();
        await EchoAsync(client, 1);
        _proxy.Cut();
        await Assert.ThrowsAsync<SocketException>(() => ReceiveAsync(client));
        using var again = await ConnectAsync();
        Assert.Equal(3, await EchoAsync(again, 3));
    }

    [Fact]
    public async Task What_a_silent_wire_holds_when_it_is_cut_is_lost()
    {
        using var client = await ConnectAsync();
        await EchoAsync(client, 1);
        _proxy.Silence();
        await client.SendAsync(new byte[] { 7 }, Token);
        _proxy.Cut();
        _proxy.Restore();
        await Assert.ThrowsAsync<SocketException>(() => ReceiveAsync(client));
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _echo.Stop();
        await _serving;
    }

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, _proxy.Port, Token);
        return client;
    }

    private static async Task<int> EchoAsync(Socket client, byte value)
    {
        await client.SendAsync(new[] { value }, Token);
        return await ReceiveAsync(client);
    }

    private static async Task<int> ReceiveAsync(Socket client)
    {
        var buffer = new byte[1];
        return await client.ReceiveAsync(buffer, Token) == 1 ? buffer[0] : throw new SocketException((int)SocketError.ConnectionReset);
    }

    private async Task ServeAsync()
    {
        List<Task> clients = [];
        try
        {
            while (true)
            {
                clients.Add(EchoBackAsync(await _echo.AcceptSocketAsync()));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(clients);
        }

        static async Task EchoBackAsync(Socket client)
        {
            var buffer = new byte[16];
            try
            {
                while (await client.ReceiveAsync(buffer) is > 0 and var count)
                {
                    await client.SendAsync(buffer.AsMemory(0, count));
                }
            }
            catch (SocketException)
            {
                // The proxy has cut it.
            }
            finally
            {
                client.Dispose();
            }
        }
    }
}
