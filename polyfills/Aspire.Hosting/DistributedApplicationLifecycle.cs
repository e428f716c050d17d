using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <summary>Says where the AppHost stands: what it is, that it starts, that it has started.</summary>
internal sealed partial class DistributedApplicationLifecycle(ILogger<DistributedApplication> logger, IConfiguration configuration) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        LogVersion(typeof(DistributedApplication).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);
        LogStarting();
        LogDirectory(configuration["AppHost:Directory"]);
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!cancellationToken.IsCancellationRequested)
        {
            LogStarted();
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "Aspire AppHost version: {Version}")]
    private partial void LogVersion(string? version);

    [LoggerMessage(LogLevel.Information, "Distributed application starting.")]
    private partial void LogStarting();

    [LoggerMessage(LogLevel.Information, "Application host directory is: {AppHostDirectory}")]
    private partial void LogDirectory(string? appHostDirectory);

    [LoggerMessage(LogLevel.Information, "Distributed application started. Press Ctrl+C to shut down.")]
    private partial void LogStarted();
}
