using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SocialSentiment.Contracts.Status;
using SocialSentiment.Testing;
using SocialSentiment.Web.Components.Status;
using Xunit;

namespace SocialSentiment.Web.Tests;

public sealed class StackProbeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_well_stack_is_running_all_over()
    {
        await using var api = await FakeApi.StartAsync();
        var stack = await LookAsync(api.Address);

        Assert.Equal("Everything is running.", stack.Headline);
        Assert.Equal(["Web Running", "API Running", "PostgreSQL Running", "RabbitMQ Running"], States(stack));
        Assert.Equal("Version 1.0.0, up 1 h 5 min", stack.Parts[1].Detail);
    }

    [Fact]
    public async Task A_database_that_is_down_is_named()
    {
        await using var api = await FakeApi.StartAsync();
        api.Database = DependencyState.Down;
        var stack = await LookAsync(api.Address);

        Assert.Equal("PostgreSQL is down.", stack.Headline);
        Assert.Equal(["Web Running", "API Running", "PostgreSQL Down", "RabbitMQ Running"], States(stack));
        Assert.Equal("Does not answer.", stack.Parts[2].Detail);
    }

    [Fact]
    public async Task Without_the_api_nobody_knows_about_the_rest()
    {
        var stack = await LookAsync($"http://127.0.0.1:{FreePort.Next()}");

        Assert.Equal("The API cannot be reached.", stack.Headline);
        Assert.Equal(["Web Running", "API Unreachable", "PostgreSQL Unknown", "RabbitMQ Unknown"], States(stack));
    }

    [Theory]
    [InlineData("error", PartState.Down)]
    [InlineData("nonsense", PartState.Down)]
    [InlineData("silence", PartState.Unreachable)]
    public async Task An_api_that_misbehaves_is_told_apart(string kind, PartState expected)
    {
        await using var api = await FakeApi.StartAsync();
        api.Misbehaviour = kind switch
        {
            "error" => context => Results.StatusCode(StatusCodes.Status500InternalServerError).ExecuteAsync(context),
            "nonsense" => context => context.Response.WriteAsync("<html>", Token),
            _ => context => Task.Delay(Timeout.Infinite, context.RequestAborted),
        };

        var stack = await LookAsync(api.Address, ("StatusPage:Patience", "00:00:00.500"));
        Assert.Equal(expected, stack.Parts[1].State);
        Assert.NotNull(stack.Parts[1].Detail);
    }

    private static async Task<StackSnapshot> LookAsync(string api, params (string Key, string Value)[] settings)
    {
        await using var web = new WebFactory(api, settings);
        await using var scope = web.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<StackProbe>().LookAsync(Token);
    }

    private static IEnumerable<string> States(StackSnapshot stack) => stack.Parts.Select(part => $"{part.Name} {part.State}");
}
