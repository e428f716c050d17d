using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Orchestrator;

/// <summary>Starts the dashboard and then the resources, which report to it.</summary>
internal sealed class OrchestratorHostService(IDashboardEndpoints dashboard, ApplicationOrchestrator orchestrator) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await dashboard.StartAsync(cancellationToken).ConfigureAwait(false);
        await orchestrator.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancellationToken) => orchestrator.StopAsync(cancellationToken);
}
