namespace Aspire.Hosting.Dashboard;

/// <summary>The dashboard as the orchestrator sees it: started before any resource, because resources are told where to send their telemetry.</summary>
internal interface IDashboardEndpoints
{
    string? OtlpGrpcUrl { get; }

    string? OtlpHttpUrl { get; }

    string? OtlpApiKey { get; }

    string? FrontendLoginUrl { get; }

    Task StartAsync(CancellationToken cancellationToken);
}
