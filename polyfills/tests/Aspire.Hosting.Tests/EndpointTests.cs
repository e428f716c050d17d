using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Tests;

public sealed class EndpointTests
{
    [Fact]
    public async Task A_process_is_told_its_own_port_and_others_the_proxys()
    {
        var builder = Model.Create();
        var web = builder.AddProgram("web").WithHttpEndpoint(port: 8080, env: "PORT");
        web.WithEnvironment("SELF", web.GetEndpoint("http"));

        var environment = await web.EnvironmentAsync();

        Assert.Equal("""{{- portForServing "web-http" -}}""", environment["PORT"]);
        Assert.Equal("http://localhost:8080", environment["SELF"]);
    }

    [Fact]
    public void An_endpoint_is_described_once_and_changed_later()
    {
        var web = Model.Create().AddProgram("web").WithHttpEndpoint(name: "main").WithHttpEndpoint(port: 80, name: "main").WithExternalHttpEndpoints();

        var endpoint = Assert.Single(web.Resource.Annotations.OfType<EndpointAnnotation>());
        Assert.Equal(80, endpoint.Port);
        Assert.True(endpoint.IsExternal);
        Assert.Equal("http", endpoint.UriScheme);
    }

    [Fact]
    public void Without_a_proxy_both_ports_are_one()
    {
        var builder = Model.Create();
        builder.AddProgram("web").WithHttpEndpoint(targetPort: 8080, isProxied: false);

        var served = Assert.Single(Serve(builder));

        Assert.Equal(8080, served.Endpoint.Port);
        Assert.Equal("Proxyless", served.Service.Spec.AddressAllocationMode);
    }

    [Fact]
    public void Every_endpoint_has_a_service_of_its_own_name()
    {
        var builder = Model.Create();
        builder.AddProgram("one").WithHttpEndpoint();
        builder.AddProgram("two").WithHttpEndpoint().WithHttpEndpoint(name: "admin");

        Assert.Equal(["one", "two-http", "two-admin"], Serve(builder).Select(s => s.ServiceName));
    }

    [Theory]
    [InlineData(8080, 8080, true, 1, "cannot be proxied when both")]
    [InlineData(8080, 9090, false, 1, "For proxy-less endpoints they must match")]
    [InlineData(null, 8080, true, 2, "Each replica must have a unique port")]
    [InlineData(8080, null, false, 2, "multiple replicas and a proxy-less endpoint")]
    public void Ports_that_cannot_work_are_refused(int? port, int? targetPort, bool isProxied, int replicas, string reason)
    {
        var builder = Model.Create();
        builder.AddProject("api", Built.EchoProject, o => o.ExcludeLaunchProfile = true).WithReplicas(replicas).WithHttpEndpoint(port, targetPort, isProxied: isProxied);

        Assert.Contains(reason, Assert.Throws<InvalidOperationException>(() => Serve(builder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_endpoint_is_named_with_those_there_are()
    {
        var endpoint = Model.Create().AddProgram("web").WithHttpEndpoint(name: "main").GetEndpoint("mian");

        Assert.False(endpoint.Exists);
        Assert.Contains("`main`", Assert.Throws<InvalidOperationException>(() => endpoint.Scheme).Message, StringComparison.Ordinal);
    }

    private static List<ServedEndpoint> Serve(IDistributedApplicationBuilder builder) =>
        new ServiceAllocator(new DcpOptions(new DistributedApplicationOptions(), new ConfigurationBuilder().Build())).CreateServices(new DistributedApplicationModel(builder.Resources));
}
