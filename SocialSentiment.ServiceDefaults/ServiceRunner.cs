using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SocialSentiment.ServiceDefaults.Options;

namespace SocialSentiment.ServiceDefaults;

public static class ServiceRunner
{
    /// <summary>What sysexits.h calls a configuration error.</summary>
    public const int ConfigurationErrorExitCode = 78;

    /// <summary>
    /// Runs the service until it is told to stop. When its configuration is wrong it does not start: it lists everything
    /// that is wrong and ends with <see cref="ConfigurationErrorExitCode"/>.
    /// </summary>
    public static async Task<int> RunServiceAsync(this WebApplication app)
    {
        var errors = ConfigurationErrors.Collect(app.Services);
        if (errors.Count > 0)
        {
            var service = app.Services.GetRequiredService<ServiceInfo>().Name;
            await Console.Error.WriteLineAsync(
                $"{service} cannot start: its configuration has {errors.Count} {(errors.Count == 1 ? "error" : "errors")}."
                + string.Concat(errors.Select(error => $"{Environment.NewLine}  - {error}")));
            await app.DisposeAsync();
            return ConfigurationErrorExitCode;
        }

        await app.RunAsync();
        return 0;
    }
}
