using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Tests;

/// <summary>The names under which a resource is told about others.</summary>
public sealed class ReferenceTests
{
    [Fact]
    public async Task A_service_is_found_by_discovery_key_and_by_plain_variable()
    {
        var builder = Model.Create();
        var api = builder.AddProgram("my-api").WithHttpEndpoint(port: 8080, name: "http");

        var environment = await builder.AddProgram("web").WithReference(api.GetEndpoint("http")).EnvironmentAsync();

        Assert.Equal("http://localhost:8080", environment["services__my-api__http__0"]);
        Assert.Equal("http://localhost:8080", environment["MY_API_HTTP"]);
    }

    [Fact]
    public async Task A_named_endpoint_is_found_by_its_name()
    {
        var builder = Model.Create();
        var api = builder.AddProgram("api").WithHttpEndpoint(port: 8080, name: "admin");

        var environment = await builder.AddProgram("web").WithReference(api.GetEndpoint("admin")).EnvironmentAsync();

        Assert.Equal("http://localhost:8080", environment["services__api__admin__0"]);
        Assert.Equal("http://localhost:8080", environment["API_ADMIN"]);
    }

    [Fact]
    public async Task A_project_is_referenced_with_all_its_endpoints()
    {
        var builder = Model.Create();
        var api = builder.AddProject("api", Built.EchoProject, o => o.ExcludeLaunchProfile = true).WithHttpEndpoint(port: 8080).WithHttpEndpoint(port: 8081, name: "model");

        var environment = await builder.AddProgram("web").WithReference(api).EnvironmentAsync();

        Assert.Equal("http://localhost:8080", environment["services__api__http__0"]);
        Assert.Equal("http://localhost:8081", environment["services__api__model__0"]);
    }

    [Fact]
    public async Task A_connection_is_one_string_and_a_variable_per_property()
    {
        var builder = Model.Create();
        var broker = builder.AddResource(new BrokerResource("mq"));

        var environment = await builder.AddProgram("web").WithReference(broker).EnvironmentAsync();

        Assert.Equal("amqp://guest:p@ss@localhost:5672", environment["ConnectionStrings__mq"]);
        Assert.Equal("localhost", environment["MQ_HOST"]);
        Assert.Equal("5672", environment["MQ_PORT"]);
    }

    [Fact]
    public async Task A_resource_may_name_the_variable_of_its_connection_string()
    {
        var builder = Model.Create();
        var broker = builder.AddResource(new BrokerResource("mq") { ConnectionStringEnvironmentVariable = "BROKER_URL" });

        var environment = await builder.AddProgram("web").WithReference(broker).EnvironmentAsync();

        Assert.Equal("amqp://guest:p@ss@localhost:5672", environment["BROKER_URL"]);
        Assert.DoesNotContain("ConnectionStrings__mq", environment.Keys);
    }

    [Fact]
    public async Task A_connection_goes_by_the_name_it_is_given()
    {
        var builder = Model.Create();
        var broker = builder.AddResource(new BrokerResource("mq"));

        var environment = await builder.AddProgram("web").WithReference(broker, connectionName: "my-queue").EnvironmentAsync();

        Assert.Contains("ConnectionStrings__my-queue", environment.Keys);
        Assert.Contains("MY_QUEUE_HOST", environment.Keys);
    }

    [Fact]
    public async Task A_database_has_the_properties_of_its_server_and_its_own()
    {
        var builder = Model.Create();
        var password = builder.AddParameter("pw", "p@ss");
        var database = builder.AddPostgres("pg", password: password, port: 5432).AddDatabase("db", "posts");

        var environment = await builder.AddProgram("web").WithReference(database).EnvironmentAsync();

        Assert.Equal("Host=localhost;Port=5432;Username=postgres;Password=p@ss;Database=posts", environment["ConnectionStrings__db"]);
        Assert.Equal("localhost", environment["DB_HOST"]);
        Assert.Equal("postgres", environment["DB_USERNAME"]);
        Assert.Equal("posts", environment["DB_DATABASENAME"]);
        Assert.Equal("postgresql://postgres:p%40ss@localhost:5432/posts", environment["DB_URI"]);
        Assert.Equal("jdbc:postgresql://localhost:5432/posts", environment["DB_JDBCCONNECTIONSTRING"]);
    }

    [Fact]
    public async Task A_broker_has_a_uri()
    {
        var builder = Model.Create();
        var password = builder.AddParameter("pw", "p@ss");
        var broker = builder.AddRabbitMQ("mq", password: password, port: 5672).WithManagementPlugin();

        var environment = await builder.AddProgram("web").WithReference(broker).EnvironmentAsync();

        Assert.Equal("amqp://guest:p%40ss@localhost:5672", environment["ConnectionStrings__mq"]);
        Assert.Equal("p@ss", environment["MQ_PASSWORD"]);
        Assert.Equal("4.3-management", broker.Resource.Annotations.OfType<ContainerImageAnnotation>().Single().Tag);
    }

    [Fact]
    public async Task A_resource_may_want_only_a_part_of_it()
    {
        var builder = Model.Create();
        var broker = builder.AddResource(new BrokerResource("mq"));

        var environment = await builder.AddProgram("web").WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString).WithReference(broker).EnvironmentAsync();

        Assert.Equal(["ConnectionStrings__mq"], environment.Keys);
    }

    [Fact]
    public void A_reference_is_a_relationship_but_not_a_wait()
    {
        var builder = Model.Create();
        var broker = builder.AddResource(new BrokerResource("mq"));

        var web = builder.AddProgram("web").WithReference(broker);

        Assert.Equal("Reference", Assert.Single(web.Resource.Annotations.OfType<ResourceRelationshipAnnotation>()).Type);
        Assert.Empty(web.Resource.Annotations.OfType<WaitAnnotation>());
    }
}
