using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using SocialSentiment.AppHost.Infrastructure;

namespace SocialSentiment.AppHost.Tests.Infrastructure;

public class PortsCheckTests
{
    private static IConfiguration Configuration(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(new[] { "Ports:Web", "Ports:Api", "Ports:Models" }.Select(key => KeyValuePair.Create(key, (string?)"0")))
        .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)))
        .Build();

    private static Task CheckAsync(IConfiguration configuration, TimeSpan patience = default) => PortsCheck.EnsureFreeAsync(configuration, patience);

    public static TheoryData<string, string, string> Settings => new()
    {
        { "Ports:Web", "{0}", "--Ports:Web" },
        { "Ports:Api", "{0}", "--Ports:Api" },
        { "Ports:Models", "{0}", "--Ports:Models" },
        { "ASPNETCORE_URLS", "http://localhost:{0};http://localhost:1", "ASPNETCORE_URLS" },
        { "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "http://localhost:{0}", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL" },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task A_taken_port_is_named_with_the_setting_that_moves_it(string key, string value, string remedy)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var configuration = Configuration((key, value.Replace("{0}", $"{port}", StringComparison.Ordinal)));

        var error = await Assert.ThrowsAsync<PlainErrorException>(() => CheckAsync(configuration));

        Assert.Contains($"Port {port} ", error.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task A_listener_on_all_addresses_takes_the_port_too()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();

        await Assert.ThrowsAsync<PlainErrorException>(() => CheckAsync(Configuration(("Ports:Api", $"{((IPEndPoint)listener.LocalEndpoint).Port}"))));
    }

    [Fact]
    public async Task A_port_that_is_given_back_in_time_is_no_problem()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var check = CheckAsync(Configuration(("Ports:Api", $"{((IPEndPoint)listener.LocalEndpoint).Port}")), TimeSpan.FromSeconds(10));

        listener.Stop();

        await check.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Free_and_unnamed_ports_pass() => await CheckAsync(Configuration(("Ports:Web", $"{FreePorts.Take(1)[0]}")));

    [Fact]
    public void Ports_have_their_documented_defaults() =>
        Assert.Equal(new ServicePorts(5100, 8080, 8081), ServicePorts.From(new ConfigurationBuilder().Build()));

    [Fact]
    public void Zero_leaves_the_choice_to_Aspire() =>
        Assert.Equal(new ServicePorts(null, null, null), ServicePorts.From(Configuration()));

    [Theory]
    [InlineData("-1")]
    [InlineData("65536")]
    [InlineData("http")]
    public void A_port_that_is_none_is_refused(string value)
    {
        var error = Assert.Throws<PlainErrorException>(() => ServicePorts.From(Configuration(("Ports:Web", value))));

        Assert.Contains("Ports:Web", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Free_ports_are_different_ones()
    {
        var ports = FreePorts.Take(20);

        Assert.Equal(20, ports.Distinct().Count());
    }
}
