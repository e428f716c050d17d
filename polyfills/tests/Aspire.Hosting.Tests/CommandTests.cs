using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Tests;

public sealed class CommandTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_command_gets_its_arguments()
    {
        var builder = Model.Create();
        string? greeted = null;
        var thing = builder.AddResource(new CustomResource("thing")).WithCommand(
            "greet",
            "Greet",
            context =>
            {
                greeted = $"{context.Arguments.GetString("name")} {context.Arguments.GetInt32("times")}";
                return Task.FromResult(CommandResults.Success("done", "# hello", CommandResultFormat.Markdown));
            },
            new CommandOptions
            {
                Arguments =
                [
                    new InteractionInput { Name = "name", InputType = InputType.Text, Required = true },
                    new InteractionInput { Name = "times", InputType = InputType.Number, Value = "2" },
                ],
            });
        await using var app = builder.Build();

        var result = await app.ResourceCommands.ExecuteCommandAsync(thing.Resource, "greet", Inputs(("name", " ada ")), Token);

        Assert.True(result.Success);
        Assert.Equal("# hello", result.Data?.Value);
        Assert.Equal("ada 2", greeted);
    }

    [Theory]
    [InlineData("", "Value is required.")]
    [InlineData("toolong", "Value length exceeds 3 characters.")]
    [InlineData("bad", "No.")]
    public async Task Arguments_are_checked_before_the_command_runs(string value, string fault)
    {
        var builder = Model.Create();
        var thing = builder.AddResource(new CustomResource("thing")).WithCommand(
            "act",
            "Act",
            _ => throw new InvalidOperationException("Must not run."),
            new CommandOptions
            {
                Arguments = [new InteractionInput { Name = "value", InputType = InputType.Text, Required = true, MaxLength = 3 }],
                ValidateArguments = context =>
                {
                    context.AddValidationError("value", "No.");
                    return Task.CompletedTask;
                },
            });
        await using var app = builder.Build();

        var result = await app.ResourceCommands.ExecuteCommandAsync(thing.Resource, "act", Inputs(("value", value)), Token);

        Assert.False(result.Success);
        Assert.Equal("Command argument validation failed.", result.Message);
        Assert.Equal([fault], result.InvalidArguments!["value"].ValidationErrors);
    }

    [Theory]
    [InlineData(InputType.Boolean, "maybe", "Value must be a valid boolean.")]
    [InlineData(InputType.Number, "many", "Value must be a valid number.")]
    [InlineData(InputType.Choice, "c", "Value must be one of the provided options.")]
    public async Task Arguments_are_of_their_kind(InputType type, string value, string fault)
    {
        var builder = Model.Create();
        var options = new CommandOptions { Arguments = [new InteractionInput { Name = "value", InputType = type, Options = [new("a", "A"), new("b", "B")] }] };
        var thing = builder.AddResource(new CustomResource("thing")).WithCommand("act", "Act", _ => Task.FromResult(CommandResults.Success()), options);
        await using var app = builder.Build();

        var result = await app.ResourceCommands.ExecuteCommandAsync(thing.Resource, "act", Inputs(("value", value)), Token);

        Assert.Equal([fault], result.InvalidArguments!["value"].ValidationErrors);
    }

    [Fact]
    public void Two_arguments_of_one_name_are_refused()
    {
        var input = new InteractionInput { Name = "a", InputType = InputType.Text };

        Assert.Throws<InvalidOperationException>(() => Model.Create().AddProgram("web").WithCommand("x", "X", _ => Task.FromResult(CommandResults.Success()), new CommandOptions { Arguments = [input, input] }));
    }

    [Fact]
    public async Task A_failure_is_an_answer()
    {
        var builder = Model.Create();
        var thing = builder.AddResource(new CustomResource("thing")).WithCommand("fail", "Fail", _ => throw new InvalidOperationException("Too bad."));
        await using var app = builder.Build();

        var thrown = await app.ResourceCommands.ExecuteCommandAsync(thing.Resource, "fail", Token);
        var unknown = await app.ResourceCommands.ExecuteCommandAsync(thing.Resource, "fly", Token);
        var nobody = await app.ResourceCommands.ExecuteCommandAsync("nobody", "fail", Token);

        Assert.Equal((false, "Too bad."), (thrown.Success, thrown.Message));
        Assert.Equal("Command 'fly' not available for resource 'thing'.", unknown.Message);
        Assert.Equal("Resource 'nobody' not found.", nobody.Message);
    }

    [Fact]
    public async Task A_name_that_means_two_instances_means_none()
    {
        var builder = Model.Create();
        var thing = builder.AddResource(new CustomResource("thing")).WithCommand("act", "Act", context => Task.FromResult(CommandResults.Success(context.ResourceName)));
        thing.WithAnnotation(new ReplicaAnnotation(2)).WithAnnotation(new DcpInstancesAnnotation([new("thing-a", "a", 0), new("thing-b", "b", 1)]));
        await using var app = builder.Build();
        await app.ResourceNotifications.PublishUpdateAsync(thing.Resource, s => s with { State = KnownResourceStates.Running });

        Assert.Equal("Resource 'thing' not found.", (await app.ResourceCommands.ExecuteCommandAsync("thing", "act", Token)).Message);
        Assert.Equal("thing-b", (await app.ResourceCommands.ExecuteCommandAsync("thing-b", "act", Token)).Message);
        Assert.True((await app.ResourceCommands.ExecuteCommandAsync(thing.Resource, "act", Token)).Success);
    }

    [Fact]
    public async Task The_state_of_a_command_follows_the_resource()
    {
        var builder = Model.Create();
        var thing = builder.AddResource(new CustomResource("thing")).WithCommand("act", "Act", _ => Task.FromResult(CommandResults.Success()), new CommandOptions
        {
            UpdateState = context => context.ResourceSnapshot.State?.Text == "Running" ? ResourceCommandState.Enabled : ResourceCommandState.Hidden,
        });
        await using var app = builder.Build();

        foreach (var (state, expected) in new[] { ("Starting", ResourceCommandState.Hidden), ("Running", ResourceCommandState.Enabled) })
        {
            await app.ResourceNotifications.PublishUpdateAsync(thing.Resource, s => s with { State = state });
            Assert.True(app.ResourceNotifications.TryGetCurrentState("thing", out var current));
            Assert.Equal(expected, Assert.Single(current.Snapshot.Commands).State);
        }
    }

    private static InteractionInputCollection Inputs(params (string Name, string Value)[] values) =>
        new([.. values.Select(v => new InteractionInput { Name = v.Name, InputType = InputType.Text, Value = v.Value })]);
}
