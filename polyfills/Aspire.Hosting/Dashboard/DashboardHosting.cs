using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>Puts the dashboard into the AppHost: the page itself, and the gRPC service it reads resources, logs and commands from.</summary>
internal static class DashboardHosting
{
    public static void AddDashboard(IServiceCollection services, IConfiguration configuration, DistributedApplicationOptions options)
    {
        if (options.DisableDashboard)
        {
            services.AddSingleton<IDashboardEndpoints>(new NoDashboard(configuration));
            return;
        }

        // The dashboard and the server it calls write to the AppHost's log: their worries, not their chatter.
        services.AddLogging(logging => logging
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddFilter(DashboardLog.Category, LogLevel.Warning)
            .AddFilter(DashboardLog.ThirdPartyCategory, LogLevel.Error));

        // Read when first needed, not now: the AppHost's code may still change the configuration.
        services.AddSingleton(_ => DashboardSettings.Read(configuration, options));
        services.AddSingleton<ResourceFeed>();
        services.AddSingleton<CommandPrompts>();
        services.AddSingleton<CommandRunner>();
        services.AddSingleton<DashboardService>();
        services.AddSingleton<ResourceServiceHost>();
        services.AddSingleton<IDashboardEndpoints, DashboardHost>();
    }
}
