using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Tests;

public sealed class ParameterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_value_comes_from_the_configuration()
    {
        var builder = Model.Create("--Parameters:api-key=abc");

        Assert.Equal("abc", await builder.AddParameter("api-key", secret: true).Resource.GetValueAsync(Token));
    }

    [Fact]
    public async Task A_hyphen_may_be_an_underscore_in_the_configuration()
    {
        Assert.Equal("abc", await Model.Create("--Parameters:api_key=abc").AddParameter("api-key").Resource.GetValueAsync(Token));
    }

    [Fact]
    public async Task Configuration_goes_before_a_default()
    {
        var builder = Model.Create("--Parameters:password=given");

        Assert.Equal("given", await builder.AddParameter("password", new GenerateParameterDefault()).Resource.GetValueAsync(Token));
        Assert.Equal("fixed", await builder.AddParameter("other", "fixed").Resource.GetValueAsync(Token));
    }

    [Fact]
    public void A_missing_value_is_named()
    {
        var parameter = Model.Create().AddParameter("api-key").Resource;

        Assert.Contains("Parameters:api-key", Assert.Throws<MissingParameterValueException>(() => parameter.ReadValue()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_generated_password_has_what_was_asked_for()
    {
        var generator = new GenerateParameterDefault { MinLength = 30, Special = false, MinUpper = 5, MinNumeric = 5 };

        var password = generator.GetDefaultValue();

        Assert.Equal(30, password.Length);
        Assert.All(password, c => Assert.True(char.IsAsciiLetterOrDigit(c)));
        Assert.True(password.Count(char.IsAsciiLetterUpper) >= 5);
        Assert.True(password.Count(char.IsAsciiDigit) >= 5);
        Assert.NotEqual(password, generator.GetDefaultValue());
    }

    [Fact]
    public async Task A_generated_parameter_keeps_its_value()
    {
        var parameter = ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(Model.Create(), "pw");

        Assert.True(parameter.Secret);
        Assert.Equal(await parameter.GetValueAsync(Token), await parameter.GetValueAsync(Token));
    }

    [Fact]
    public async Task A_connection_string_comes_from_the_configuration()
    {
        var builder = Model.Create("--ConnectionStrings:db=Host=h");
        var database = builder.AddConnectionString("db");

        var environment = await builder.AddProgram("web").WithReference(database).EnvironmentAsync();

        Assert.Equal("Host=h", environment["ConnectionStrings__db"]);
    }

    [Fact]
    public async Task A_connection_string_can_be_put_together()
    {
        var builder = Model.Create();
        var password = builder.AddParameter("pw", "secret", secret: true);
        var database = builder.AddConnectionString("db", ReferenceExpression.Create($"Host=h;Password={password}"));

        var environment = await builder.AddProgram("web").WithReference(database).EnvironmentAsync();

        Assert.Equal("Host=h;Password=secret", environment["ConnectionStrings__db"]);
    }

    [Fact]
    public async Task A_secret_among_the_arguments_is_marked()
    {
        var builder = Model.Create();
        var password = builder.AddParameter("pw", "secret", secret: true);
        var web = builder.AddProgram("web").WithArgs("--password", password);

        var launch = await Model.LaunchAsync(builder, web.Resource);

        Assert.Equal([("--password", false), ("secret", true)], launch.Arguments.Select(a => (a.Value, a.IsSensitive)));
    }
}
