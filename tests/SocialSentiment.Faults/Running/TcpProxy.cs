using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace SocialSentiment.Faults.Running;

/// <summary>A wire to a server that can be made slow, silent or cut.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly int _target;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closed = new();
    private readonly ConcurrentDictionary<Wire, Task> _wires = new();
    private readonly Task _accepting;
    private TaskCompletionSource _flow = Flowing();

    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => _wires.Count;

    /// <summary>Added to the way in each direction.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>From now on nothing gets through, and nobody is told: the packets are dropped.</summary>
    public void Silence()
    {
        if (_flow.Task.IsCompleted)
        {
            _flow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Packets get through again, the held ones first, as TCP would send them again.</summary>
    public void Restore() => _flow.TrySetResult();

    /// <summary>Breaks all connections. A silent wire is cut silently: packets held are lost.</summary>
    public void Cut()
    {
        foreach (var wire in _wires.Keys)
        {
            wire.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _listener.Stop();
        Cut();
        Restore();
        await _accepting;
        await Task.WhenAll(_wires.Values);
        _closed.Dispose();
    }

    private static TaskCompletionSource Flowing()
    {
        var flow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        flow.SetResult();
        return flow;
    }

    private async Task AcceptAsync()
    {
        while (!_closed.IsCancellationRequested)
        {
            Socket near;
            try
            {
                near = await _listener.AcceptSocketAsync(_closed.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            near.NoDelay = true;
            var wire = new Wire(near);
            _wires[wire] = Task.Run(() => CarryAsync(wire));
        }
    }

    private async Task CarryAsync(Wire wire)
    {
        try
        {
            // Whoever connects while packets are dropped waits too.
            await _flow.Task.WaitAsync(_closed.Token);
            await wire.Far.ConnectAsync(IPAddress.Loopback, _target, _closed.Token);
            await Task.WhenAny(PumpAsync(wire.Near, wire.Far), PumpAsync(wire.Far, wire.Near));
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The server is down, or the wire was cut: both ends learn it below.
        }
        finally
        {
            wire.Dispose();
            _wires.TryRemove(wire, out _);
        }
    }

    /// <summary>Reads on while it holds back, so that latency is latency and does not become a narrow pipe.</summary>
    private async Task PumpAsync(Socket from, Socket to)
    {
        var held = Channel.CreateBounded<(byte[] Bytes, long Due)>(1_000);
        var reading = ReadAsync();
        try
        {
            await foreach (var (bytes, due) in held.Reader.ReadAllAsync(_closed.Token))
            {
                var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, _closed.Token);
                }

                await _flow.Task.WaitAsync(_closed.Token);
                await to.SendAsync(bytes, _closed.Token);
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Broken: the other direction ends with this one.
        }

        async Task ReadAsync()
        {
            var buffer = new byte[64 * 1024];
            try
            {
                while (await from.ReceiveAsync(buffer, _closed.Token) is > 0 and var count)
                {
                    await held.Writer.WriteAsync((buffer[..count], Stopwatch.GetTimestamp() + (long)(Latency.TotalSeconds * Stopwatch.Frequency)), _closed.Token);
                }
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // What was read is still delivered.
            }

            held.Writer.Complete();
        }
    }

    private sealed class Wire(Socket near) : IDisposable
    {
        public Socket Near { get; } = near;

        public Socket Far { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        public void Dispose()
        {
            // Closed without lingering: a reset, as of a machine that is gone.
            foreach (var socket in (Socket[])[Near, Far])
            {
                try
                {
                    socket.LingerState = new LingerOption(true, 0);
                }
                catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
                {
                    // Closed already.
                }

                socket.Dispose();
            }
        }
    }
}
