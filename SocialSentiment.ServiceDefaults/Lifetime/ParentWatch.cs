using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SocialSentiment.ServiceDefaults.Lifetime;

/// <summary>
/// Ends the service when the process that started it is gone. Under Aspire <c>dotnet run</c> stands between the
/// orchestrator and a service; killed hard, it would leave the service behind: serving on, and stopped by nobody.
/// </summary>
internal sealed partial class ParentWatch(IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ParentWatch> logger) : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var parent = ParentProcessId();
        using var timer = new PeriodicTimer(s_pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (ParentProcessId() != parent)
            {
                LogOrphaned(logger, parent);
                lifetime.StopApplication();
                return;
            }
        }
    }

    [DllImport("libc", EntryPoint = "getppid")]
    private static extern int ParentProcessId();

    [LoggerMessage(LogLevel.Warning, "Process {Parent}, which started this service, is gone; the service ends too.")]
    private static partial void LogOrphaned(ILogger logger, int parent);
}

internal static class ParentWatchExtensions
{
    /// <summary>Watches the parent when the setting <c>ExitWithParent</c>, given by the AppHost, says so.</summary>
    public static void AddParentWatch(this IHostApplicationBuilder builder)
    {
        if (builder.Configuration.GetValue("ExitWithParent", false) && !OperatingSystem.IsWindows())
        {
            builder.Services.AddHostedService<ParentWatch>();
        }
    }
}
