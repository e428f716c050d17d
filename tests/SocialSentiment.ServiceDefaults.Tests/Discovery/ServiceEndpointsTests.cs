using Microsoft.Extensions.Configuration;
using SocialSentiment.ServiceDefaults.Discovery;
using Xunit;

namespace SocialSentiment.ServiceDefaults.Tests.Discovery;

public sealed class ServiceEndpointsTests
{
    [Theory]
    [InlineData("http://api/posts?limit=2", "http://localhost:5001/posts?limit=2")]
    [InlineData("http://API/", "http://localhost:5001/")]
    [InlineData("https+http://api/", "http://localhost:5001/")]
    [InlineData("https+http://secure/", "https://localhost:5002/")]
    [InlineData("http://_admin.api/x", "http://localhost:5003/x")]
    [InlineData("http://bare/x", "http://10.0.0.1:99/x")]
    [InlineData("http://prefixed/x", "http://localhost:7/base/x")]
    [InlineData("http://my-service/x", "http://localhost:8/x")]
    public void A_configured_name_becomes_its_address(string asked, string expected)
        => Assert.Equal(new Uri(expected), Endpoints().Resolve(new Uri(asked)));

    [Theory]
    [InlineData("http://example.org/x", "http://example.org/x")]
    [InlineData("https://api:8443/x", "https://api:8443/x")]
    [InlineData("https+http://unknown/x", "https://unknown/x")]
    [InlineData("http://_nothing.api/x", "http://_nothing.api/x")]
    [InlineData("http://127.0.0.1:9/x", "http://127.0.0.1:9/x")]
    public void What_is_not_configured_is_left_alone(string asked, string expected)
        => Assert.Equal(new Uri(expected), Endpoints().Resolve(new Uri(asked)));

    [Fact]
    public void Several_addresses_take_turns()
    {
        var endpoints = Endpoints();
        var ports = Enumerable.Range(0, 6).Select(_ => endpoints.Resolve(new Uri("http://many/")).Port);
        Assert.Equal([1, 2, 3, 1, 2, 3], ports);
    }

    private static ServiceEndpoints Endpoints() => new(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["services:api:http:0"] = "http://localhost:5001",
        ["services:api:admin:0"] = "http://localhost:5003",
        ["services:secure:http:0"] = "http://localhost:1",
        ["services:secure:https:0"] = "https://localhost:5002",
        ["services:bare:http:0"] = "10.0.0.1:99",
        ["services:prefixed:http:0"] = "http://localhost:7/base/",
        ["services:my-service:http"] = "http://localhost:8",
        ["services:many:http:0"] = "http://localhost:1",
        ["services:many:http:1"] = "http://localhost:2",
        ["services:many:http:2"] = "http://localhost:3",
    }).Build());
}
