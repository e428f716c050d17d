using System.Net;
using Aspire.Hosting.Dashboard.Grpc;
using Wire = Aspire.Hosting.Dashboard.Wire;

namespace Aspire.Dashboard.Tests;

public sealed class WireTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_application_is_named_without_its_suffix()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();

        var information = await client.CallAsync("GetApplicationInformation", new Wire.ApplicationInformationRequest(), Wire.ApplicationInformationResponse.Parser, Stop);

        Assert.Equal("Shop", information.ApplicationName);
        Assert.Equal("13.5.0", information.MinDashboardVersion);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("another-key")]
    public async Task Nobody_gets_in_without_the_key(string? key)
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync(key);

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(
            () => client.CallAsync("GetApplicationInformation", new Wire.ApplicationInformationRequest(), Wire.ApplicationInformationResponse.Parser, Stop));

        Assert.Equal(HttpStatusCode.Unauthorized, refusal.StatusCode);
    }

    [Fact]
    public async Task An_unknown_method_is_refused_to_those_without_the_key_too()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync("another-key");

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(
            () => client.CallAsync("UploadFile", new Wire.ApplicationInformationRequest(), Wire.ApplicationInformationResponse.Parser, Stop));

        Assert.Equal(HttpStatusCode.Unauthorized, refusal.StatusCode);
    }

    [Fact]
    public async Task Everyone_gets_in_where_anonymous_access_is_allowed()
    {
        await using var host = await TestAppHost.StartAsync(("ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS", "true"));
        using var client = await host.ConnectAsync(apiKey: null);

        var information = await client.CallAsync("GetApplicationInformation", new Wire.ApplicationInformationRequest(), Wire.ApplicationInformationResponse.Parser, Stop);

        Assert.Equal("Shop", information.ApplicationName);
    }

    [Fact]
    public async Task A_method_that_is_not_there_is_unimplemented()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();

        var error = await Assert.ThrowsAsync<GrpcException>(
            () => client.CallAsync("UploadFile", new Wire.ApplicationInformationRequest(), Wire.ApplicationInformationResponse.Parser, Stop));

        Assert.Equal(GrpcStatus.Unimplemented, error.Status);
    }

    [Fact]
    public async Task Streams_end_with_the_AppHost()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();
        await using var updates = client.StreamAsync("WatchResources", new Wire.WatchResourcesRequest(), Wire.WatchResourcesUpdate.Parser, Stop).GetAsyncEnumerator(Stop);
        Assert.True(await updates.MoveNextAsync());

        var next = updates.MoveNextAsync();
        await host.StopAsync();

        Assert.False(await next);
    }
}
