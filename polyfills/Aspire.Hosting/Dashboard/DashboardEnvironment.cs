using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Dashboard;

/// <summary>What the dashboard is told through its environment.</summary>
internal static class DashboardEnvironment
{
    private const string DashboardPrefix = "ASPIRE_DASHBOARD_";

    public static Dictionary<string, string> Create(DashboardSettings settings, IConfiguration configuration, DistributedApplicationModel model, string resourceServiceUrl)
    {
        var environment = configuration.AsEnumerable()
            .Where(entry => entry.Value is not null
                && entry.Key.StartsWith(DashboardPrefix, StringComparison.OrdinalIgnoreCase)
                && !string.Equals(entry.Key, ConfigNames.CorsAllowedOrigins, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(entry => entry.Key, entry => entry.Value!, StringComparer.Ordinal);

        environment[ConfigNames.Environment] = settings.Environment;
        environment[ConfigNames.Urls] = string.Join(';', settings.FrontendUrls);
        environment["DASHBOARD__FRONTEND__PUBLICURL"] = settings.PublicUrl;
        environment[ConfigNames.ResourceServiceUrl] = resourceServiceUrl;
        environment["ASPIRE_DASHBOARD_API_ENABLED"] = "true";
        environment["LOGGING__CONSOLE__FORMATTERNAME"] = "json";

        Lock(environment, "DASHBOARD__FRONTEND", "BrowserToken", "BROWSERTOKEN", settings.BrowserToken);
        Lock(environment, "DASHBOARD__OTLP", "ApiKey", "PRIMARYAPIKEY", settings.OtlpApiKey);
        Lock(environment, "DASHBOARD__API", "ApiKey", "PRIMARYAPIKEY", settings.DashboardApiKey);
        Lock(environment, "DASHBOARD__RESOURCESERVICECLIENT", "ApiKey", "APIKEY", settings.ResourceServiceApiKey);

        Set(environment, ConfigNames.OtlpGrpcUrl, settings.OtlpGrpcUrl);
        Set(environment, ConfigNames.OtlpHttpUrl, settings.OtlpHttpUrl);

        if (settings.OtlpHttpUrl is not null && AllowedOrigins(configuration, model) is { Length: > 0 } origins)
        {
            environment["DASHBOARD__OTLP__CORS__ALLOWEDORIGINS"] = origins;
            environment["DASHBOARD__OTLP__CORS__ALLOWEDHEADERS"] = "*";
        }

        return environment;
    }

    private static void Lock(Dictionary<string, string> environment, string door, string mode, string keyName, string? key)
    {
        environment[$"{door}__AUTHMODE"] = key is null ? "Unsecured" : mode;
        Set(environment, $"{door}__{keyName}", key);
    }

    private static void Set(Dictionary<string, string> environment, string name, string? value)
    {
        if (value is not null)
        {
            environment[name] = value;
        }
        else
        {
            environment.Remove(name);
        }
    }

    /// <summary>The pages that may send telemetry from the browser: those the resources serve.</summary>
    private static string? AllowedOrigins(IConfiguration configuration, DistributedApplicationModel model)
        => configuration.Get(ConfigNames.CorsAllowedOrigins)
            ?? string.Join(',', model.Resources
                .SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>())
                .Where(endpoint => endpoint.UriScheme is "http" or "https")
                .SelectMany(endpoint => new[] { endpoint.AllocatedEndpoint?.UriString, Localhost(endpoint.UriScheme, endpoint.Port), Localhost(endpoint.UriScheme, endpoint.TargetPort) })
                .OfType<string>()
                .Distinct());

    private static string? Localhost(string scheme, int? port) => port is null ? null : $"{scheme}://localhost:{port}";
}
