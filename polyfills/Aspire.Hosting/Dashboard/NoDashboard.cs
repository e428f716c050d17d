using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Dashboard;

/// <summary>No dashboard is started; telemetry still goes where the configuration says.</summary>
internal sealed class NoDashboard(IConfiguration configuration) : IDashboardEndpoints
{
    public string? OtlpGrpcUrl => configuration.Get(ConfigNames.OtlpGrpcUrl);

    public string? OtlpHttpUrl => configuration.Get(ConfigNames.OtlpHttpUrl);

    public string? OtlpApiKey => configuration[ConfigNames.OtlpApiKey];

    public string? FrontendLoginUrl => null;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
