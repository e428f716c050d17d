using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Tests;

public sealed class ReferenceExpressionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Text_and_values_are_put_together()
    {
        var builder = Model.Create();
        var user = builder.AddParameter("user", "ada");
        var host = "localhost";

        var expression = ReferenceExpression.Create($"{user}@{host}/{{id}}");

        Assert.Equal("ada@localhost/{id}", await expression.GetValueAsync(Token));
        Assert.Equal("{user.value}@localhost/{id}", expression.ValueExpression);
    }

    [Fact]
    public async Task A_value_in_a_uri_is_escaped()
    {
        var password = Model.Create().AddParameter("pw", "a/b:c@d");

        Assert.Equal("amqp://x:a%2Fb%3Ac%40d@h", await ReferenceExpression.Create($"amqp://x:{password:uri}@h").GetValueAsync(Token));
    }

    [Fact]
    public async Task Expressions_may_be_inside_one_another()
    {
        var password = Model.Create().AddParameter("pw", "secret");
        var inner = ReferenceExpression.Create($"Password={password}");

        var outer = ReferenceExpression.Create($"Host=h;{inner}");

        Assert.Equal("Host=h;Password=secret", await outer.GetValueAsync(Token));
        Assert.Equal("Host=h;Password={pw.value}", outer.ValueExpression);
    }

    [Fact]
    public async Task A_builder_collects_pieces()
    {
        var password = Model.Create().AddParameter("pw", "secret");
        var builder = new ReferenceExpressionBuilder();
        Assert.True(builder.IsEmpty);

        builder.AppendLiteral("a=");
        builder.Append($"{password.Resource};b={"c d":uri}");

        Assert.Equal("a=secret;b=c%20d", await builder.Build().GetValueAsync(Token));
    }

    [Theory]
    [InlineData("https", "secure")]
    [InlineData("http", "plain")]
    public async Task A_condition_chooses_a_branch(string scheme, string expected)
    {
        var endpoint = Model.Create().AddProgram("web").WithEndpoint(scheme: scheme, name: "main").GetEndpoint("main");

        var expression = endpoint.GetTlsValue(ReferenceExpression.Create($"secure"), ReferenceExpression.Create($"plain"));

        Assert.Equal(expected, await expression.GetValueAsync(Token));
    }

    [Fact]
    public async Task Nothing_has_no_value()
    {
        Assert.Null(await ReferenceExpression.Empty.GetValueAsync(Token));
    }

    [Fact]
    public async Task An_expression_waits_for_a_port()
    {
        var endpoint = Model.Create().AddProgram("web").WithHttpEndpoint().GetEndpoint("http");
        var value = ReferenceExpression.Create($"{endpoint}/x").GetValueAsync(Token).AsTask();
        Assert.False(value.IsCompleted);

        endpoint.EndpointAnnotation.AllocatedEndpoint = new AllocatedEndpoint(endpoint.EndpointAnnotation, "localhost", 1234);

        Assert.Equal("http://localhost:1234/x", await value);
        Assert.Equal(1234, endpoint.Port);
    }
}
