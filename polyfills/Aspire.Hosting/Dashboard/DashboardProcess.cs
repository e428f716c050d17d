using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>The real dashboard, run as a child that ends with the AppHost however the AppHost ends.</summary>
internal sealed class DashboardProcess : IAsyncDisposable
{
    private const string ManagedBinary = "aspire-managed";

    // What the AppHost was launched with is not meant for its children.
    private static readonly string[] s_notInherited = ["ASPNETCORE_URLS", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "DOTNET_LAUNCH_PROFILE"];

    private readonly Process _process;
    private readonly Task _logs;

    private DashboardProcess(Process process, ILoggerFactory loggers)
    {
        _process = process;
        _logs = Task.WhenAll(
            new DashboardLog(loggers, LogLevel.Information).CopyAsync(process.StandardOutput),
            new DashboardLog(loggers, LogLevel.Error).CopyAsync(process.StandardError));
    }

    /// <summary>The exit code, once there is one and everything the process wrote before it has been logged.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        await _logs.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _process.ExitCode;
    }

    public static DashboardProcess Start(string? path, IReadOnlyDictionary<string, string> environment, ILoggerFactory loggers)
    {
        var start = new ProcessStartInfo(Check(path), ["dashboard"])
        {
            WorkingDirectory = Path.GetDirectoryName(path),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        foreach (var name in s_notInherited)
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        // The binary watches the process named here, second by second, and ends when it is gone: this is what a
        // killed AppHost leaves its dashboard with. The start time guards against a recycled process id.
        using var self = Process.GetCurrentProcess();
        start.Environment["ASPIRE_CLI_PID"] = self.Id.ToString(CultureInfo.InvariantCulture);
        start.Environment["ASPIRE_CLI_STARTED"] = new DateTimeOffset(self.StartTime).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

        return new DashboardProcess(Process.Start(start)!, loggers);
    }

    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _process.WaitForExitAsync().ConfigureAwait(false);
        await _logs.ConfigureAwait(false);
        _process.Dispose();
    }

    private static string Check(string? path)
    {
        if (string.IsNullOrEmpty(path))
        {
            throw new DistributedApplicationException($"The path to the Aspire Dashboard binaries is missing. Set {ConfigNames.DashboardPath} to the file {ManagedBinary}.");
        }

        if (Path.GetFileNameWithoutExtension(path) != ManagedBinary)
        {
            throw new PlatformNotSupportedException($"Only the dashboard inside {ManagedBinary} is run here, not {path}; the package Aspire.Hosting.AppHost runs any.");
        }

        return File.Exists(path) ? path : throw new DistributedApplicationException($"The Aspire dashboard {path} does not exist.");
    }
}
