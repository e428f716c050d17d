using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Tests;

public sealed class ModelTests
{
    [Theory]
    [InlineData("")]
    [InlineData("1st")]
    [InlineData("a_b")]
    [InlineData("a--b")]
    [InlineData("a-")]
    public void Names_are_checked(string name)
    {
        Assert.ThrowsAny<ArgumentException>(() => Model.Create().AddProgram(name));
    }

    [Fact]
    public void A_name_is_taken_once_whatever_its_case()
    {
        var builder = Model.Create();
        builder.AddProgram("web");

        Assert.Contains("case-insensitive", Assert.Throws<DistributedApplicationException>(() => builder.AddProgram("WEB")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_is_refused_with_the_package_that_could()
    {
        var builder = Model.Create();
        builder.AddPostgres("pg");
        await using var app = builder.Build();

        var refusal = await Assert.ThrowsAsync<PlatformNotSupportedException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("'pg'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Aspire.Hosting", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publishing_is_refused()
    {
        var builder = Model.Create("--operation", "publish");
        Assert.True(builder.ExecutionContext.IsPublishMode);
        await using var app = builder.Build();

        await Assert.ThrowsAsync<PlatformNotSupportedException>(() => app.StartAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_wait_for_a_child_is_a_wait_for_its_parent_too()
    {
        var builder = Model.Create();
        var database = builder.AddPostgres("pg").AddDatabase("db");

        var web = builder.AddProgram("web").WaitFor(database);

        Assert.Equal(["pg", "db"], web.Resource.Annotations.OfType<WaitAnnotation>().Select(w => w.Resource.Name));
        Assert.Equal("WaitFor", Assert.Single(web.Resource.Annotations.OfType<ResourceRelationshipAnnotation>()).Type);
    }

    [Fact]
    public void Nobody_waits_for_itself()
    {
        var web = Model.Create().AddProgram("web");

        Assert.Throws<DistributedApplicationException>(() => web.WaitFor(web));
    }

    [Fact]
    public void Values_in_the_environment_are_relationships()
    {
        var builder = Model.Create();
        var password = builder.AddParameter("pw", "x");

        var web = builder.AddProgram("web").WithEnvironment("URL", $"http://{password}@host");

        Assert.Equal("pw", Assert.Single(web.Resource.Annotations.OfType<ResourceRelationshipAnnotation>()).Resource.Name);
    }

    [Fact]
    public void A_health_check_can_be_added_once()
    {
        var builder = Model.Create();
        var web = builder.AddProgram("web").WithHttpEndpoint().WithHttpHealthCheck("/health");

        Assert.Equal("web_http_/health_200_check", Assert.Single(web.Resource.Annotations.OfType<HealthCheckAnnotation>()).Key);
        Assert.Throws<DistributedApplicationException>(() => web.WithHealthCheck("web_http_/health_200_check"));
    }
}
