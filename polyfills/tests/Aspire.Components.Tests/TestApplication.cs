using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Aspire.Components.Tests;

internal static class TestApplication
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    /// <summary>An application with this configuration and nothing else: no files, no environment, no log.</summary>
    public static HostApplicationBuilder CreateBuilder(params (string Key, string Value)[] configuration)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = Environments.Development });
        builder.Configuration.AddInMemoryCollection(configuration.Select(entry => KeyValuePair.Create(entry.Key, (string?)entry.Value)));
        return builder;
    }

    public static async Task<HealthReportEntry> CheckHealthAsync(this IServiceProvider services, string name)
    {
        var report = await services.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(check => check.Name == name, TestContext.Current.CancellationToken);
        return report.Entries[name];
    }

    /// <summary>Asks until the answer is <paramref name="expected"/>; a client takes its time to notice what became of its server.</summary>
    public static async Task WaitForHealthAsync(this IServiceProvider services, string name, HealthStatus expected)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var patience = Stopwatch.StartNew();
        var health = await services.CheckHealthAsync(name);
        while (health.Status != expected)
        {
            Assert.True(patience.Elapsed < s_patience, $"{name} is still {health.Status}. {health.Description} {health.Exception}");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            health = await services.CheckHealthAsync(name);
        }
    }
}
