using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>Starts the resource service and then the dashboard that reads it, and says where the dashboard is once it answers.</summary>
internal sealed partial class DashboardHost(
    DashboardSettings settings,
    IConfiguration configuration,
    DistributedApplicationModel model,
    ResourceServiceHost resourceService,
    IHostApplicationLifetime lifetime,
    ILoggerFactory loggers) : IDashboardEndpoints, IAsyncDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger<DistributedApplication>();
    private DashboardProcess? _process;
    private Task _watch = Task.CompletedTask;
    private CancellationTokenRegistration _stopping;
    private volatile bool _isEnding;

    public string? OtlpGrpcUrl => settings.OtlpGrpcUrl;

    public string? OtlpHttpUrl => settings.OtlpHttpUrl;

    public string? OtlpApiKey => settings.OtlpApiKey;

    public string? FrontendLoginUrl => settings.LoginUrl;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await RequireFreeAsync(cancellationToken).ConfigureAwait(false);

        var resourceServiceUrl = await resourceService.StartAsync(cancellationToken).ConfigureAwait(false);
        var environment = DashboardEnvironment.Create(settings, configuration, model, resourceServiceUrl);

        _process = DashboardProcess.Start(settings.Path, environment, loggers);

        // Before the resource service stops, so that it does not miss it loudly.
        _stopping = lifetime.ApplicationStopping.Register(End);
        _watch = WatchAsync(_process);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.DisposeAsync().ConfigureAwait(false);
        if (_process is not null)
        {
            End();
            await _watch.ConfigureAwait(false);
            await _process.DisposeAsync().ConfigureAwait(false);
        }

        await resourceService.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Said here and now; otherwise whatever answers at that address would be taken for the dashboard.</summary>
    private async Task RequireFreeAsync(CancellationToken cancellationToken)
    {
        foreach (var url in settings.Addresses)
        {
            if (await Listening.AcceptsAsync(new Uri(url), cancellationToken).ConfigureAwait(false))
            {
                throw new DistributedApplicationException($"The dashboard cannot listen on {url}: the address is already in use. Is another AppHost running?");
            }
        }
    }

    /// <summary>The dashboard keeps nothing, so there is nothing to wait for.</summary>
    private void End()
    {
        _isEnding = true;
        _process!.Kill();
    }

    private async Task WatchAsync(DashboardProcess process)
    {
        using var ended = new CancellationTokenSource();
        var announcement = AnnounceAsync(ended.Token);
        var exitCode = await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);

        await ended.CancelAsync().ConfigureAwait(false);
        await announcement.ConfigureAwait(false);

        // Ctrl+C reaches the dashboard at the same time as the AppHost, and it then ends with 0.
        if (exitCode != 0 && !_isEnding)
        {
            LogEnded(_logger, exitCode);
        }
    }

    private async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        if (await Listening.WaitAsync(new Uri(settings.PublicUrl), cancellationToken).ConfigureAwait(false))
        {
            LogListening(_logger, settings.PublicUrl);
            if (settings.BrowserToken is not null)
            {
                LogLogin(_logger, settings.LoginUrl);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Now listening on: {DashboardUrl}")]
    private static partial void LogListening(ILogger logger, string dashboardUrl);

    [LoggerMessage(LogLevel.Information, "Login to the dashboard at {LoginUrl}")]
    private static partial void LogLogin(ILogger logger, string loginUrl);

    [LoggerMessage(LogLevel.Error, "The dashboard ended with exit code {ExitCode}.")]
    private static partial void LogEnded(ILogger logger, int exitCode);
}
