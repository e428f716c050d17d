using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Aspire.Dashboard.Tests;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("ASPNETCORE_URLS", "applicationUrl")]
    [InlineData("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL")]
    [InlineData("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL")]
    [InlineData("DOTNET_RESOURCE_SERVICE_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL")]
    public void Plain_http_is_refused_unless_it_is_allowed(string name, string nameInMessage)
    {
        var refusal = Assert.Throws<OptionsValidationException>(() => Read((name, "http://localhost:18888")));

        Assert.StartsWith($"The '{nameInMessage}' setting must be an https address unless the 'ASPIRE_ALLOW_UNSECURED_TRANSPORT' environment variable is set to true.", refusal.Message, StringComparison.Ordinal);
        Assert.NotNull(Read((name, "http://localhost:18888"), ("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true")));
        Assert.NotNull(Read((name, "https://localhost:18888")));
    }

    [Fact]
    public void Everything_unsaid_is_https_on_a_free_port()
    {
        var settings = Read();

        Assert.StartsWith("https://localhost:", settings.PublicUrl, StringComparison.Ordinal);
        Assert.StartsWith("https://localhost:", settings.OtlpGrpcUrl, StringComparison.Ordinal);
        Assert.StartsWith("https://localhost:", settings.OtlpHttpUrl, StringComparison.Ordinal);
        Assert.NotEqual(settings.OtlpGrpcUrl, settings.OtlpHttpUrl);
    }

    [Fact]
    public void The_address_to_go_to_is_the_secure_one_and_never_any()
    {
        var settings = Read(("ASPNETCORE_URLS", "http://localhost:1111; https://0.0.0.0:2222"), ("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true"));

        Assert.Equal(["http://localhost:1111", "https://0.0.0.0:2222"], settings.FrontendUrls);
        Assert.Equal("https://localhost:2222", settings.PublicUrl);
    }

    [Fact]
    public void Naming_one_otlp_address_turns_the_other_off()
    {
        var settings = Read(("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "https://localhost:4318"));

        Assert.Null(settings.OtlpGrpcUrl);
        Assert.Equal("https://localhost:4318", settings.OtlpHttpUrl);
    }

    [Fact]
    public void Keys_are_random_unless_they_are_given()
    {
        var (one, other) = (Read(), Read());
        Assert.Equal(4, new[] { one.BrowserToken, one.OtlpApiKey, one.ResourceServiceApiKey, other.BrowserToken }.Distinct().Count());
        Assert.EndsWith($"/login?t={one.BrowserToken}", one.LoginUrl, StringComparison.Ordinal);

        var given = Read(("ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN", "t"), ("AppHost:OtlpApiKey", "o"), ("DOTNET_DASHBOARD_RESOURCESERVICE_APIKEY", "r"));
        Assert.Equal(("t", "o", "r"), (given.BrowserToken, given.OtlpApiKey, given.ResourceServiceApiKey));
    }

    [Fact]
    public void The_dashboard_is_told_where_to_listen_and_which_keys_to_ask_for()
    {
        var environment = Environment(
            ("ASPNETCORE_URLS", "http://localhost:18888"),
            ("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true"),
            ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "http://localhost:4317"),
            ("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "http://localhost:4318"),
            ("ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN", "t"),
            ("ASPIRE_DASHBOARD_RESOURCESERVICE_APIKEY", "r"),
            ("ASPIRE_DASHBOARD_CORS_ALLOWED_ORIGINS", "*"),
            ("ASPIRE_DASHBOARD_SOMETHING_NEW", "kept"),
            ("AppHost:OtlpApiKey", "o"),
            ("AppHost:DashboardApiKey", "d"));

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["ASPNETCORE_URLS"] = "http://localhost:18888",
                ["ASPIRE_DASHBOARD_API_ENABLED"] = "true",
                ["ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN"] = "t",
                ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://localhost:4317",
                ["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = "http://localhost:4318",
                ["ASPIRE_DASHBOARD_RESOURCESERVICE_APIKEY"] = "r",
                ["ASPIRE_DASHBOARD_SOMETHING_NEW"] = "kept",
                ["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = "http://127.0.0.1:1",
                ["DASHBOARD__API__AUTHMODE"] = "ApiKey",
                ["DASHBOARD__API__PRIMARYAPIKEY"] = "d",
                ["DASHBOARD__FRONTEND__AUTHMODE"] = "BrowserToken",
                ["DASHBOARD__FRONTEND__BROWSERTOKEN"] = "t",
                ["DASHBOARD__FRONTEND__PUBLICURL"] = "http://localhost:18888",
                ["DASHBOARD__OTLP__AUTHMODE"] = "ApiKey",
                ["DASHBOARD__OTLP__CORS__ALLOWEDHEADERS"] = "*",
                ["DASHBOARD__OTLP__CORS__ALLOWEDORIGINS"] = "*",
                ["DASHBOARD__OTLP__PRIMARYAPIKEY"] = "o",
                ["DASHBOARD__RESOURCESERVICECLIENT__APIKEY"] = "r",
                ["DASHBOARD__RESOURCESERVICECLIENT__AUTHMODE"] = "ApiKey",
                ["LOGGING__CONSOLE__FORMATTERNAME"] = "json",
            },
            environment);
    }

    [Fact]
    public void Anonymous_access_opens_every_door()
    {
        var environment = Environment(("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true"), ("ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS", "true"));

        Assert.Equal(["Unsecured"], environment.Where(e => e.Key.EndsWith("__AUTHMODE", StringComparison.Ordinal)).Select(e => e.Value).Distinct());
        Assert.DoesNotContain(environment, e => e.Key.EndsWith("KEY", StringComparison.Ordinal) || e.Key.EndsWith("TOKEN", StringComparison.Ordinal));
    }

    [Fact]
    public void Browsers_may_send_telemetry_from_the_pages_of_the_resources()
    {
        var web = new TestResource("web");
        web.Annotations.Add(new EndpointAnnotation(System.Net.Sockets.ProtocolType.Tcp, uriScheme: "http", port: 5100, targetPort: 5101));
        web.Annotations.Add(new EndpointAnnotation(System.Net.Sockets.ProtocolType.Tcp, uriScheme: "tcp", port: 1));

        var environment = Environment([web], ("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true"));

        Assert.Equal("http://localhost:5100,http://localhost:5101", environment["DASHBOARD__OTLP__CORS__ALLOWEDORIGINS"]);
    }

    private static DashboardSettings Read(params (string Name, string Value)[] configuration)
        => DashboardSettings.Read(Configuration(configuration), new DistributedApplicationOptions());

    private static Dictionary<string, string> Environment(params (string Name, string Value)[] configuration)
        => Environment([], configuration);

    private static Dictionary<string, string> Environment(IEnumerable<IResource> resources, params (string Name, string Value)[] configuration)
        => DashboardEnvironment.Create(Read(configuration), Configuration(configuration), new DistributedApplicationModel(resources), "http://127.0.0.1:1");

    private static IConfigurationRoot Configuration((string Name, string Value)[] values)
        => new ConfigurationBuilder().AddInMemoryCollection(values.Select(c => KeyValuePair.Create(c.Name, (string?)c.Value))).Build();
}
