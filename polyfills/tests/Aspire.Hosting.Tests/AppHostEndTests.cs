using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Aspire.Hosting.Tests;

/// <summary>However an AppHost ends, it leaves nothing behind.</summary>
public sealed class AppHostEndTests
{
    private const int SigTerm = 15;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Killed_it_leaves_no_process_and_no_port_within_20_seconds()
    {
        using var timeout = NewTimeout();
        using var host = await StartHostAsync(timeout.Token);

        host.Process.Kill();
        await host.Process.WaitForExitAsync(timeout.Token);
        timeout.CancelAfter(TimeSpan.FromSeconds(20));

        await host.WaitUntilGoneAsync(timeout.Token);
    }

    [Fact]
    public async Task Asked_to_stop_it_ends_well_and_what_it_started_ends_too()
    {
        using var timeout = NewTimeout();
        using var host = await StartHostAsync(timeout.Token);

        using (var kill = Process.Start("kill", [$"-{SigTerm}", $"{host.Process.Id}"]))
        {
            await kill.WaitForExitAsync(timeout.Token);
        }

        await host.Process.WaitForExitAsync(timeout.Token);
        Assert.Equal(0, host.Process.ExitCode);
        await host.WaitUntilGoneAsync(timeout.Token);
    }

    private static CancellationTokenSource NewTimeout()
    {
        var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(s_patience);
        return timeout;
    }

    private static async Task<Host> StartHostAsync(CancellationToken cancellationToken)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [Built.Host, Built.Configuration]) { RedirectStandardOutput = true, WorkingDirectory = "/tmp" })!;
        var pids = new List<int>();
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            switch (line.Split(' '))
            {
                case ["PROCESS", var pid]:
                    pids.Add(int.Parse(pid, CultureInfo.InvariantCulture));
                    break;
                case ["PORT", var port]:
                    return new Host(process, pids, int.Parse(port, CultureInfo.InvariantCulture));
            }
        }

        throw new InvalidOperationException("The AppHost ended before it had started.");
    }

    private sealed record Host(Process Process, List<int> Pids, int Port) : IDisposable
    {
        public async Task WaitUntilGoneAsync(CancellationToken cancellationToken)
        {
            Assert.NotEmpty(Pids);
            while (Pids.Exists(pid => Directory.Exists($"/proc/{pid}")) || await IsListeningAsync(cancellationToken))
            {
                await Task.Delay(100, cancellationToken);
            }
        }

        public void Dispose()
        {
            if (!Process.HasExited)
            {
                Process.Kill();
            }

            Process.Dispose();
        }

        private async Task<bool> IsListeningAsync(CancellationToken cancellationToken)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync("localhost", Port, cancellationToken);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }
}
