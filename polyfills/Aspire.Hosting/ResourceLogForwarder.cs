using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <summary>Logs in the AppHost what the resources write, each under its own category.</summary>
internal sealed partial class ResourceLogForwarder(ResourceNotificationService notifications, ResourceLoggerService logs, IHostEnvironment environment, ILoggerFactory loggers) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var forwarding = new Dictionary<string, Task>();
        try
        {
            await foreach (var resourceEvent in notifications.WatchAsync(stoppingToken).ConfigureAwait(false))
            {
                if (!forwarding.ContainsKey(resourceEvent.ResourceId))
                {
                    forwarding.Add(resourceEvent.ResourceId, ForwardAsync(resourceEvent, stoppingToken));
                }
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(forwarding.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ForwardAsync(ResourceEvent source, CancellationToken cancellationToken)
    {
        var logger = loggers.CreateLogger($"{environment.ApplicationName}.Resources.{source.Resource.Name}");
        await foreach (var lines in logs.WatchAsync(source.ResourceId).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            foreach (var line in lines)
            {
                LogLine(logger, line.IsErrorMessage ? LogLevel.Error : LogLevel.Information, line.LineNumber, line.Content);
            }
        }
    }

    [LoggerMessage("{LineNumber}: {LineContent}")]
    private static partial void LogLine(ILogger logger, LogLevel level, int lineNumber, string lineContent);
}
