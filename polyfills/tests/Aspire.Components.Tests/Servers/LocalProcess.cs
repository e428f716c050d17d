using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Aspire.Components.Tests.Servers;

/// <summary>A child process that tells by a line of output that it is ready, and that never outlives its test.</summary>
internal sealed class LocalProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LocalProcess(ProcessStartInfo startInfo, string? readyLine)
    {
        startInfo.RedirectStandardOutput = true;
        startInfo.RedirectStandardError = true;
        _process = new Process { StartInfo = startInfo, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => OnLine(line.Data, readyLine);
        _process.ErrorDataReceived += (_, line) => OnLine(line.Data, readyLine);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException(
            $"{startInfo.FileName} ended before it was ready:\n{string.Join('\n', _output)}"));
    }

    /// <summary>Starts a server and waits until it prints <paramref name="readyLine"/>, or not at all if there is none.</summary>
    public static async Task<LocalProcess> StartAsync(ProcessStartInfo startInfo, string? readyLine)
    {
        var server = new LocalProcess(startInfo, readyLine);
        try
        {
            server._process.Start();
            server._process.BeginOutputReadLine();
            server._process.BeginErrorReadLine();
            if (readyLine is not null)
            {
                await server._ready.Task.WaitAsync(s_patience);
            }

            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()).WaitAsync(s_patience);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command} {string.Join(' ', arguments)} failed:\n{string.Concat(output)}");
        }
    }

    /// <summary>A port that is free now; the kernel does not hand it out again soon.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Sends a signal and waits for the end.</summary>
    public async Task StopAsync(string signal)
    {
        if (!_process.HasExited)
        {
            await RunAsync("kill", "-" + signal, _process.Id.ToString(CultureInfo.InvariantCulture));
            await _process.WaitForExitAsync().WaitAsync(s_patience);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void OnLine(string? line, string? readyLine)
    {
        if (line is not null)
        {
            _output.Enqueue(line);
            if (readyLine is not null && line.Contains(readyLine, StringComparison.Ordinal))
            {
                _ready.TrySetResult();
            }
        }
    }
}
