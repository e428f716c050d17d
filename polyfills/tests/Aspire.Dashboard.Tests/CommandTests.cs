using System.IO.Pipelines;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard.Grpc;
using Google.Protobuf.WellKnownTypes;
using Wire = Aspire.Hosting.Dashboard.Wire;

namespace Aspire.Dashboard.Tests;

public sealed class CommandTests
{
    private static readonly InteractionInput[] s_arguments =
    [
        new() { Name = "text", InputType = InputType.Text, Required = true },
        new() { Name = "count", InputType = InputType.Number, Value = "1" },
        new() { Name = "loud", InputType = InputType.Boolean },
        new() { Name = "fixed", InputType = InputType.Text, Value = "stays", Disabled = true },
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_command_answers_with_its_message_and_its_result()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();
        await host.RunAsync("worker", null, Command("say", _ => CommandResults.Success("done", "{}", CommandResultFormat.Json, displayImmediately: true)));

        var response = await ExecuteAsync(client, new() { ResourceName = "worker", CommandName = "say" });

        Assert.Equal(Wire.ResourceCommandResponseKind.Succeeded, response.Kind);
        Assert.Equal("done", response.Message);
        Assert.Equal(("{}", Wire.CommandResultFormat.Json, true), (response.Result.Value, response.Result.Format, response.Result.DisplayImmediately));
    }

    [Fact]
    public async Task A_command_that_fails_or_throws_or_is_not_there_says_why()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();
        await host.RunAsync("worker", null,
            Command("fail", _ => CommandResults.Failure("no paint")),
            Command("throw", _ => throw new InvalidOperationException("broken")),
            Command("stop", _ => CommandResults.Canceled()));

        var responses = new List<(Wire.ResourceCommandResponseKind, string)>();
        foreach (var (resource, command) in new[] { ("worker", "fail"), ("worker", "throw"), ("worker", "stop"), ("worker", "fly"), ("nobody", "fail") })
        {
            var response = await ExecuteAsync(client, new() { ResourceName = resource, CommandName = command });
            responses.Add((response.Kind, response.Message));
        }

        Assert.Equal(
            [
                (Wire.ResourceCommandResponseKind.Failed, "no paint"),
                (Wire.ResourceCommandResponseKind.Failed, "broken"),
                (Wire.ResourceCommandResponseKind.Cancelled, ""),
                (Wire.ResourceCommandResponseKind.Failed, "Command 'fly' not available for resource 'worker'."),
                (Wire.ResourceCommandResponseKind.Failed, "Resource 'nobody' not found."),
            ],
            responses);
    }

    [Fact]
    public async Task Arguments_that_come_with_the_call_are_used_as_they_are()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();
        await host.RunAsync("worker", null, Command("say", Said, s_arguments));

        var response = await ExecuteAsync(client, new()
        {
            ResourceName = "worker",
            CommandName = "say",
            Arguments = { ["text"] = Value.ForString("hello"), ["count"] = Value.ForNumber(2.5), ["loud"] = Value.ForBool(true) },
        });

        Assert.Equal("hello 2.5 true stays", response.Message);
    }

    [Theory]
    [InlineData("colour", "Unknown argument 'colour' for command 'say'.")]
    [InlineData("fixed", "Argument 'fixed' for command 'say' is disabled.")]
    public async Task Arguments_the_command_does_not_take_are_refused(string name, string reason)
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();
        await host.RunAsync("worker", null, Command("say", Said, s_arguments));

        var response = await ExecuteAsync(client, new() { ResourceName = "worker", CommandName = "say", Arguments = { ["text"] = Value.ForString("hello"), [name] = Value.ForString("x") } });

        Assert.Equal((Wire.ResourceCommandResponseKind.Failed, reason), (response.Kind, response.Message));
    }

    [Fact]
    public async Task An_argument_of_a_shape_no_argument_has_is_an_invalid_call()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();
        await host.RunAsync("worker", null, Command("say", Said, s_arguments));

        var error = await Assert.ThrowsAsync<GrpcException>(
            () => ExecuteAsync(client, new() { ResourceName = "worker", CommandName = "say", Arguments = { ["text"] = Value.ForList(Value.ForString("x")) } }));

        Assert.Equal(GrpcStatus.InvalidArgument, error.Status);
    }

    [Fact]
    public async Task Without_anyone_to_ask_a_missing_argument_is_an_error()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();
        await host.RunAsync("worker", null, Command("say", Said, s_arguments));

        var response = await ExecuteAsync(client, new() { ResourceName = "worker", CommandName = "say", NonInteractive = true });

        Assert.Equal(Wire.ResourceCommandResponseKind.InvalidArguments, response.Kind);
    }

    [Fact]
    public async Task A_command_with_arguments_asks_until_the_answer_is_good()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();
        await host.RunAsync("worker", null, Command("say", Said, s_arguments));
        await using var conversation = new Conversation(client);

        var execution = ExecuteAsync(client, new() { ResourceName = "worker", CommandName = "say" });

        var question = await conversation.HearAsync();
        Assert.Equal("say", question.Title);
        Assert.Equal(["text", "count", "loud", "fixed"], question.InputsDialog.InputItems.Select(i => i.Name));
        Assert.True(question.InputsDialog.InputItems[0].Required);

        await conversation.AnswerAsync(question, text: "");
        question = await conversation.HearAsync();
        Assert.Equal(["Value is required."], question.InputsDialog.InputItems[0].ValidationErrors);

        await conversation.AnswerAsync(question, text: "hello");
        Assert.NotNull((await conversation.HearAsync()).Complete);
        Assert.Equal("hello 1 false stays", (await execution).Message);
    }

    [Fact]
    public async Task A_dismissed_dialog_cancels_the_command()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();
        await host.RunAsync("worker", null, Command("say", Said, s_arguments));
        await using var conversation = new Conversation(client);

        var execution = ExecuteAsync(client, new() { ResourceName = "worker", CommandName = "say" });
        await conversation.DismissAsync(await conversation.HearAsync());

        Assert.Equal(Wire.ResourceCommandResponseKind.Cancelled, (await execution).Kind);
        Assert.NotNull((await conversation.HearAsync()).Complete);
    }

    [Fact]
    public async Task A_command_given_up_closes_its_dialog()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();
        await host.RunAsync("worker", null, Command("say", Said, s_arguments));
        await using var conversation = new Conversation(client);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var execution = ExecuteAsync(client, new() { ResourceName = "worker", CommandName = "say" }, patience.Token);
        await conversation.HearAsync();
        await patience.CancelAsync();

        Assert.NotNull((await conversation.HearAsync()).Complete);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => execution);
    }

    [Fact]
    public async Task A_dashboard_that_comes_late_is_asked_too()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();
        await host.RunAsync("worker", null, Command("say", Said, s_arguments));
        await using var early = new Conversation(client);
        var execution = ExecuteAsync(client, new() { ResourceName = "worker", CommandName = "say" });
        await early.HearAsync();

        await using var late = new Conversation(client);
        await late.AnswerAsync(await late.HearAsync(), text: "hello");

        Assert.Equal("hello 1 false stays", (await execution).Message);
        Assert.NotNull((await early.HearAsync()).Complete);
    }

    private static ExecuteCommandResult Said(ExecuteCommandContext context)
        => CommandResults.Success(string.Join(' ', context.Arguments.Select(a => a.Value)));

    private static ResourceCommandAnnotation Command(string name, Func<ExecuteCommandContext, ExecuteCommandResult> execute, IReadOnlyList<InteractionInput>? arguments = null)
        => new(name, name, _ => ResourceCommandState.Enabled, context => Task.FromResult(execute(context)), null, arguments, null, null, null, isHighlighted: false);

    private static Task<Wire.ResourceCommandResponse> ExecuteAsync(GrpcClient client, Wire.ResourceCommandRequest request, CancellationToken? cancellationToken = null)
        => client.CallAsync("ExecuteResourceCommand", request, Wire.ResourceCommandResponse.Parser, cancellationToken ?? Stop);

    /// <summary>The part of a dashboard that shows dialogs.</summary>
    private sealed class Conversation : IAsyncDisposable
    {
        private readonly Pipe _answers = new();
        private readonly IAsyncEnumerator<Wire.WatchInteractionsResponseUpdate> _questions;

        public Conversation(GrpcClient client)
            => _questions = client.ConverseAsync("WatchInteractions", _answers.Reader, Wire.WatchInteractionsResponseUpdate.Parser, Stop).GetAsyncEnumerator(Stop);

        public async Task<Wire.WatchInteractionsResponseUpdate> HearAsync()
        {
            Assert.True(await _questions.MoveNextAsync());
            return _questions.Current;
        }

        public Task AnswerAsync(Wire.WatchInteractionsResponseUpdate question, string text)
        {
            var answer = new Wire.WatchInteractionsRequestUpdate { InteractionId = question.InteractionId, InputsDialog = question.InputsDialog.Clone() };
            answer.InputsDialog.InputItems.Single(i => i.Name == "text").Value = text;
            return GrpcFrames.WriteAsync(_answers.Writer, answer, Stop);
        }

        public Task DismissAsync(Wire.WatchInteractionsResponseUpdate question)
            => GrpcFrames.WriteAsync(_answers.Writer, new Wire.WatchInteractionsRequestUpdate { InteractionId = question.InteractionId, Complete = new() }, Stop);

        public async ValueTask DisposeAsync()
        {
            // Hanging up ends the other side as well.
            await _answers.Writer.CompleteAsync();
            while (await _questions.MoveNextAsync())
            {
            }

            await _questions.DisposeAsync();
        }
    }
}
