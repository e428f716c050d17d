using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Dashboard;

/// <summary>Where the dashboard is, where it listens and which keys open it: decided once per run. A key that is null means that door stays open.</summary>
internal sealed class DashboardSettings
{
    public string? Path { get; private init; }

    /// <summary>The title of the dashboard, where it is not the AppHost's own name.</summary>
    public string? ApplicationName { get; private init; }

    public required string Environment { get; init; }

    public required IReadOnlyList<string> FrontendUrls { get; init; }

    public required string PublicUrl { get; init; }

    public string? OtlpGrpcUrl { get; private init; }

    public string? OtlpHttpUrl { get; private init; }

    public Uri? ResourceServiceUrl { get; private init; }

    /// <summary>The scheme of every address that was not given.</summary>
    public required string Scheme { get; init; }

    public string? BrowserToken { get; private init; }

    public string? OtlpApiKey { get; private init; }

    public string? DashboardApiKey { get; private init; }

    public string? ResourceServiceApiKey { get; private init; }

    /// <summary>Every address the dashboard will listen on.</summary>
    public IEnumerable<string> Addresses => FrontendUrls.Select(url => ListenAddress.Parse(url).AsSeenLocally()).Append(OtlpGrpcUrl).Append(OtlpHttpUrl).OfType<string>();

    public string LoginUrl => BrowserToken is null ? PublicUrl : $"{PublicUrl}/login?t={BrowserToken}";

    public static DashboardSettings Read(IConfiguration configuration, DistributedApplicationOptions options)
    {
        var allowUnsecuredTransport = configuration.GetFlag(ConfigNames.AllowUnsecuredTransport);
        if (!allowUnsecuredTransport && !options.AllowUnsecuredTransport)
        {
            RequireHttps(configuration);
        }

        var scheme = allowUnsecuredTransport ? "http" : "https";
        var frontends = Frontends(configuration, scheme);
        var otlpGrpc = configuration.Get(ConfigNames.OtlpGrpcUrl);
        var otlpHttp = configuration.Get(ConfigNames.OtlpHttpUrl);
        var anonymous = configuration.GetFlag(ConfigNames.AllowAnonymous);
        var otlpHost = frontends.FirstOrDefault(f => f.Scheme == scheme)?.Host ?? "localhost";

        return new()
        {
            Path = FindDashboard(configuration, options),
            ApplicationName = configuration.Get(ConfigNames.ApplicationName) ?? options.DashboardApplicationName,
            Environment = configuration.Get(ConfigNames.Environment) ?? "Production",
            Scheme = scheme,
            FrontendUrls = [.. frontends.Select(f => f.ToString())],
            PublicUrl = (frontends.FirstOrDefault(f => f.Scheme == "https") ?? frontends[0]).AsSeenLocally(),
            // Naming one of the two OTLP addresses turns the other off.
            OtlpGrpcUrl = otlpGrpc is not null || otlpHttp is null ? Otlp(otlpGrpc, scheme, otlpHost) : null,
            OtlpHttpUrl = otlpHttp is not null || otlpGrpc is null ? Otlp(otlpHttp, scheme, otlpHost) : null,
            ResourceServiceUrl = configuration.Get(ConfigNames.ResourceServiceUrl) is { } url ? new Uri(url) : null,
            BrowserToken = anonymous ? null : configuration.Get(ConfigNames.ChosenBrowserToken) ?? configuration.Get(ConfigNames.BrowserToken) ?? NewToken(),
            OtlpApiKey = anonymous ? null : configuration.Get(ConfigNames.OtlpApiKey) ?? NewToken(),
            DashboardApiKey = anonymous ? null : configuration.Get(ConfigNames.DashboardApiKey) ?? NewToken(),
            ResourceServiceApiKey = anonymous ? null : configuration.Get(ConfigNames.ResourceServiceApiKey) ?? NewToken(),
        };
    }

    private static string? FindDashboard(IConfiguration configuration, DistributedApplicationOptions options)
        => configuration.Get(ConfigNames.DashboardPathOption)
            ?? configuration.Get(ConfigNames.DashboardPath)
            ?? options.Metadata(ConfigNames.DashboardPathMetadata);

    private static List<ListenAddress> Frontends(IConfiguration configuration, string scheme)
    {
        var urls = configuration.Get(ConfigNames.Urls)?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return urls is { Length: > 0 }
            ? [.. urls.Select(ListenAddress.Parse)]
            : [new ListenAddress(scheme, "localhost", FreePort())];
    }

    private static string Otlp(string? url, string scheme, string host)
        => (url is null ? new ListenAddress(scheme, host, FreePort()) : ListenAddress.Parse(url)).AsSeenLocally();

    private static void RequireHttps(IConfiguration configuration)
    {
        Require("applicationUrl", configuration.Get(ConfigNames.Urls)?.Split(';')[0]);
        Require(ConfigNames.OtlpGrpcUrl, configuration.Get(ConfigNames.OtlpGrpcUrl));
        Require(ConfigNames.OtlpHttpUrl, configuration.Get(ConfigNames.OtlpHttpUrl));
        Require(ConfigNames.ResourceServiceUrl, configuration.Get(ConfigNames.ResourceServiceUrl));

        static void Require(string setting, string? url)
        {
            if (url is not null && BindingAddress.Parse(url).Scheme == "http")
            {
                throw new OptionsValidationException(Options.DefaultName, typeof(DashboardSettings),
                    [$"The '{setting}' setting must be an https address unless the '{ConfigNames.AllowUnsecuredTransport}' environment variable is set to true. This configuration is commonly set in the launch profile. See https://aka.ms/aspire/allowunsecuredtransport for more details."]);
            }
        }
    }

    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>A port nobody holds now. It must be known before the dashboard listens on it, because resources are told at their start.</summary>
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, port: 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed record ListenAddress(string Scheme, string Host, int Port)
    {
        public static ListenAddress Parse(string url)
        {
            var address = BindingAddress.Parse(url);
            return new(address.Scheme, address.Host, address.Port == 0 ? FreePort() : address.Port);
        }

        public override string ToString() => $"{Scheme}://{Host}:{Port}";

        /// <summary>The address to go to: one cannot go to "any".</summary>
        public string AsSeenLocally()
            => (this with { Host = Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : Host }).ToString();
    }
}
