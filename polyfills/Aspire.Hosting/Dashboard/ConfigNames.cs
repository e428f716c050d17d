using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Dashboard;

/// <summary>What the AppHost is told about the dashboard. Every ASPIRE_ name also goes by its older spelling, DOTNET_.</summary>
internal static class ConfigNames
{
    public const string Urls = "ASPNETCORE_URLS";
    public const string Environment = "ASPNETCORE_ENVIRONMENT";

    public const string DashboardPath = "ASPIRE_DASHBOARD_PATH";
    public const string DashboardPathOption = "DcpPublisher:DashboardPath";
    public const string DashboardPathMetadata = "aspiredashboardpath";

    public const string AllowUnsecuredTransport = "ASPIRE_ALLOW_UNSECURED_TRANSPORT";
    public const string AllowAnonymous = "ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS";
    public const string BrowserToken = "ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN";
    public const string ResourceServiceApiKey = "ASPIRE_DASHBOARD_RESOURCESERVICE_APIKEY";
    public const string ResourceServiceUrl = "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL";
    public const string OtlpGrpcUrl = "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL";
    public const string OtlpHttpUrl = "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL";
    public const string CorsAllowedOrigins = "ASPIRE_DASHBOARD_CORS_ALLOWED_ORIGINS";

    public const string ChosenBrowserToken = "AppHost:BrowserToken";
    public const string OtlpApiKey = "AppHost:OtlpApiKey";
    public const string DashboardApiKey = "AppHost:DashboardApiKey";
    public const string ApplicationName = "AppHost:DashboardApplicationName";

    /// <summary>The value under <paramref name="name"/> or its older DOTNET_ spelling; null rather than empty.</summary>
    public static string? Get(this IConfiguration configuration, string name)
        => Filled(configuration[name]) ?? Filled(configuration[Legacy(name)]);

    public static bool GetFlag(this IConfiguration configuration, string name)
        => bool.TryParse(configuration.Get(name), out var value) && value;

    private static string Legacy(string name) => name.Replace("ASPIRE_", "DOTNET_", StringComparison.Ordinal);

    private static string? Filled(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
