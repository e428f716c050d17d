using Microsoft.AspNetCore.Http;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Chat;
using SocialSentiment.MlWorker.Inference.Generation;
using SocialSentiment.Replies;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Chat;

public sealed class ChatDrafterTests
{
    private static readonly ReplySituation s_situation = new("The train was late again\nReply: hello @jane", SentimentLabel.Negative, ReplyTone.Empathetic);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_asks_for_a_stream_with_the_post_as_data_the_seed_and_the_key()
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Streams("Sorry to hear that.");

        await server.Drafter(options => options.ApiKey = "sk-123").DraftAsync(s_situation, 1, 41, null, Token);

        var request = Assert.Single(server.Requests);
        Assert.Equal(("/v1/chat/completions", "Bearer sk-123"), (request.Path, request.Authorization));
        Assert.Equal("tiny-chat", request.Body["model"]!.GetValue<string>());
        Assert.True(request.Body["stream"]!.GetValue<bool>());
        Assert.Equal(41, request.Body["seed"]!.GetValue<int>());
        Assert.Equal(120, request.Body["max_tokens"]!.GetValue<int>());
        Assert.Equal(["system", "user"], request.Body["messages"]!.AsArray().Select(message => message!["role"]!.GetValue<string>()));
        Assert.Equal("<post>The train was late again Reply: hello @user</post>", request.Text);
    }

    [Fact]
    public async Task Every_draft_is_a_request_with_a_seed_of_its_own()
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Answer = (context, request, _) => ChatServer.StreamAsync(context, [$"Draft {request.Body["seed"]}."]);

        var drafts = await server.Drafter().DraftAsync(s_situation, 3, 7, null, Token);

        Assert.Equal(["Draft 7.", "Draft 8.", "Draft 9."], drafts.Select(draft => draft.Text));
        Assert.All(drafts, draft => Assert.Equal(GenerationEnd.End, draft.End));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(1L << 40)]
    public async Task A_seed_is_one_that_every_server_takes(long seed)
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Streams("Sorry to hear that.");

        await server.Drafter().DraftAsync(s_situation, 2, seed, null, Token);

        Assert.All(server.Requests, request => Assert.InRange(request.Body["seed"]!.GetValue<long>(), 0, int.MaxValue));
        Assert.Equal(2, server.Requests.Select(request => request.Body["seed"]!.GetValue<long>()).Distinct().Count());
    }

    [Fact]
    public async Task Pieces_are_heard_as_they_come()
    {
        await using var server = await ChatServer.StartAsync(Token);
        using var next = new SemaphoreSlim(0);
        server.Answer = async (context, _, _) =>
        {
            foreach (var piece in (string[])["Sorry", " to hear", " that. 😢"])
            {
                await ChatServer.SendAsync(context, ChatServer.Piece(piece));
                await next.WaitAsync(context.RequestAborted);
            }

            await ChatServer.SendAsync(context, ChatServer.Piece("", "stop"));
            await ChatServer.SendAsync(context, "[DONE]");
        };
        var heard = new List<(int Sample, string Text, int Tokens)>();

        // The server says no more until the last piece was heard.
        var drafts = await server.Drafter().DraftAsync(s_situation, 1, 1, (sample, text, tokens) =>
        {
            heard.Add((sample, text, tokens));
            next.Release();
            return true;
        }, Token);

        Assert.Equal([(0, "Sorry", 1), (0, "Sorry to hear", 2), (0, "Sorry to hear that. 😢", 3)], heard);
        Assert.Equal(new GeneratedText("Sorry to hear that. 😢", 3, 0, GenerationEnd.End), Assert.Single(drafts));
    }

    [Fact]
    public async Task One_piece_is_heard_at_a_time_whoever_it_belongs_to()
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Streams([.. Enumerable.Range(0, 20).Select(i => $"w{i} ")]);
        var (inside, most) = (0, 0);
        var samples = new HashSet<int>();

        await server.Drafter().DraftAsync(s_situation, 4, 1, (sample, _, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            samples.Add(sample);
            Thread.Yield();
            Interlocked.Decrement(ref inside);
            return true;
        }, Token);

        Assert.Equal(1, most);
        Assert.Equal([0, 1, 2, 3], samples.Order());
    }

    [Fact]
    public async Task Bytes_may_come_in_any_pieces()
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Answer = async (context, _, _) =>
        {
            context.Response.ContentType = "text/event-stream; charset=utf-8";
            var all = System.Text.Encoding.UTF8.GetBytes(
                $": hello\r\n\r\nevent: message\r\nid: 1\r\ndata:{ChatServer.Piece("Größe ")}\r\n\r\ndata: {ChatServer.Piece("zählt 😊.", "stop")}\n\ndata: {{\"choices\": [], \"usage\": {{}}}}\n\ndata: [DONE]");
            foreach (var one in all)
            {
                await context.Response.Body.WriteAsync(new[] { one }, Token);
                await context.Response.Body.FlushAsync(Token);
            }
        };

        Assert.Equal(new GeneratedText("Größe zählt 😊.", 2, 0, GenerationEnd.End), Assert.Single(await server.Drafter().DraftAsync(s_situation, 1, 1, null, Token)));
    }

    [Theory]
    [InlineData("stop", true)]
    [InlineData("length", false)]
    [InlineData("content_filter", false)]
    [InlineData(null, true)]
    public async Task It_says_why_it_ended(string? reason, bool isWhole)
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Answer = async (context, _, _) =>
        {
            await ChatServer.SendAsync(context, ChatServer.Piece("Sorry to"));
            await ChatServer.SendAsync(context, ChatServer.Piece("", reason));
            await ChatServer.SendAsync(context, "[DONE]");
        };

        var draft = Assert.Single(await server.Drafter().DraftAsync(s_situation, 1, 1, null, Token));

        Assert.Equal(("Sorry to", isWhole ? GenerationEnd.End : GenerationEnd.Length), (draft.Text, draft.End));
    }

    [Fact]
    public async Task What_a_model_thinks_aloud_is_no_draft()
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Streams("<thi", "nk>The user is", " angry.</thi", "nk>\n\nSorry", " to hear that.");
        var heard = new List<string>();

        var draft = Assert.Single(await server.Drafter().DraftAsync(s_situation, 1, 1, Into(heard), Token));

        Assert.Equal("Sorry to hear that.", draft.Text);
        Assert.Equal(["Sorry", "Sorry to hear that."], heard);
    }

    [Fact]
    public async Task A_server_that_does_not_stream_is_understood_too()
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Says("Sorry to hear that.");
        var heard = new List<string>();

        var draft = Assert.Single(await server.Drafter().DraftAsync(s_situation, 1, 1, Into(heard), Token));

        Assert.Equal(new GeneratedText("Sorry to hear that.", 1, 0, GenerationEnd.End), draft);
        Assert.Equal(["Sorry to hear that."], heard);
    }

    [Fact]
    public async Task Who_has_heard_enough_ends_that_draft_alone_and_its_connection()
    {
        await using var server = await ChatServer.StartAsync(Token);
        var closed = new TaskCompletionSource();
        server.Answer = async (context, request, _) =>
        {
            if (request.Body["seed"]!.GetValue<int>() == 5)
            {
                await ChatServer.StreamAsync(context, ["Sorry to hear that."]);
                return;
            }

            context.RequestAborted.Register(closed.SetResult);
            await ChatServer.SendAsync(context, ChatServer.Piece("Have a refund"));
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };

        var drafts = await server.Drafter().DraftAsync(s_situation, 2, 5, (_, text, _) => !text.Contains("refund", StringComparison.Ordinal), Token);

        Assert.Equal([("Sorry to hear that.", GenerationEnd.End), ("Have a refund", GenerationEnd.Withdrawn)], drafts.Select(draft => (draft.Text, draft.End)));
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Fact]
    public async Task Who_calls_it_off_closes_every_connection_and_makes_way_for_others()
    {
        await using var server = await ChatServer.StartAsync(Token);
        using var closed = new CountdownEvent(2);
        server.Answer = async (context, _, _) =>
        {
            context.RequestAborted.Register(() => closed.Signal());
            await ChatServer.SendAsync(context, ChatServer.Piece("Sorry"));
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        var drafter = server.Drafter(options => options.MaxConcurrency = 2);
        using var patience = new CancellationTokenSource();
        using var heard = new CountdownEvent(2);
        var drafts = drafter.DraftAsync(s_situation, 3, 1, (_, _, _) => heard.Signal() || true, patience.Token);
        await Task.Run(() => heard.Wait(Token), Token);

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drafts);
        await Task.Run(() => closed.Wait(Token), Token);
        Assert.Equal(2, server.Requests.Count);
        server.Streams("Sorry to hear that.");
        Assert.Equal("Sorry to hear that.", Assert.Single(await drafter.DraftAsync(s_situation, 1, 1, null, Token)).Text);
    }

    [Fact]
    public async Task A_stream_that_stands_still_ends_when_time_is_up_with_what_there_is()
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Answer = async (context, _, _) =>
        {
            await ChatServer.SendAsync(context, ChatServer.Piece("Sorry to"));
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };

        var draft = Assert.Single(await server.Drafter(options => options.Timeout = TimeSpan.FromMilliseconds(400)).DraftAsync(s_situation, 1, 1, null, Token));

        Assert.Equal(new GeneratedText("Sorry to", 1, 0, GenerationEnd.Timeout), draft);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_server_that_never_says_anything_is_asked_again_and_then_given_up()
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Answer = (context, _, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);

        var drafts = server.Drafter(options => (options.Timeout, options.MaxRetries) = (TimeSpan.FromMilliseconds(200), 1)).DraftAsync(s_situation, 1, 1, null, Token);

        AssertError(ModelError.Unavailable, "within 0.2 s", await Assert.ThrowsAsync<ModelException>(() => drafts));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_stream_that_breaks_off_after_something_was_heard_is_not_asked_for_again()
    {
        await using var server = await ChatServer.StartAsync(Token);
        var hears = new TaskCompletionSource();
        server.Answer = async (context, _, _) =>
        {
            await ChatServer.SendAsync(context, ChatServer.Piece("Sorry to"));
            await hears.Task;
            context.Abort();
        };
        var heard = new List<string>();

        var draft = Assert.Single(await server.Drafter().DraftAsync(s_situation, 1, 1, (_, text, _) =>
        {
            heard.Add(text);
            hears.TrySetResult();
            return true;
        }, Token));

        Assert.Equal(("Sorry to", GenerationEnd.Length), (draft.Text, draft.End));
        Assert.Equal(["Sorry to"], heard);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_stream_that_breaks_off_before_is_asked_for_again()
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Answer = async (context, _, number) =>
        {
            if (number > 0)
            {
                await ChatServer.StreamAsync(context, ["Sorry to hear that."]);
                return;
            }

            await ChatServer.SendAsync(context, """{"choices": [{"delta": {"role": "assistant", "content": ""}}]}""");
            context.Abort();
        };

        Assert.Equal("Sorry to hear that.", Assert.Single(await server.Drafter().DraftAsync(s_situation, 1, 1, null, Token)).Text);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task One_that_just_ends_is_kept_as_one_that_broke_off()
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Answer = (context, _, _) => ChatServer.SendAsync(context, ChatServer.Piece("Sorry to"));

        Assert.Equal(GenerationEnd.Length, Assert.Single(await server.Drafter().DraftAsync(s_situation, 1, 1, null, Token)).End);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{}}")]
    [InlineData("[1]")]
    [InlineData("""{"choices": {"0": 1}}""")]
    [InlineData("""{"choices": [{"delta": {"content": [1]}}]}""")]
    [InlineData("""{"error": {"message": "out of memory"}}""")]
    public async Task Garbage_is_asked_for_again_and_then_said(string piece)
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Answer = (context, _, _) => ChatServer.SendAsync(context, piece);

        var drafts = server.Drafter(options => options.MaxRetries = 1).DraftAsync(s_situation, 1, 1, null, Token);

        AssertError(ModelError.Failed, "cannot be understood", await Assert.ThrowsAsync<ModelException>(() => drafts));
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData("<html>Welcome!</html>", "text/html")]
    [InlineData("[]", "application/json")]
    [InlineData("""{"choices": []}""", "application/json")]
    [InlineData("{", "application/json")]
    public async Task What_is_no_answer_in_the_protocol_is_said(string body, string type)
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Answer = (context, _, _) =>
        {
            context.Response.ContentType = type;
            return context.Response.WriteAsync(body, Token);
        };

        AssertError(ModelError.Failed, "cannot be understood", await Assert.ThrowsAsync<ModelException>(() => server.Drafter().DraftAsync(s_situation, 1, 1, null, Token)));
    }

    [Fact]
    public async Task Garbage_after_something_was_heard_ends_it_there()
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Answer = async (context, _, _) =>
        {
            await ChatServer.SendAsync(context, ChatServer.Piece("Sorry to"));
            await ChatServer.SendAsync(context, """{"error": {"message": "out of memory"}}""");
        };

        var draft = Assert.Single(await server.Drafter().DraftAsync(s_situation, 1, 1, null, Token));

        Assert.Equal(("Sorry to", GenerationEnd.Length), (draft.Text, draft.End));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_has_no_end_is_given_one(bool isLine)
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Answer = async (context, _, _) =>
        {
            if (isLine)
            {
                await ChatServer.SendAsync(context, ChatServer.Piece("Sorry"));
            }

            var more = isLine ? new string('x', 10_000) : $"data: {ChatServer.Piece("and on and on ")}\n\n";
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(more, context.RequestAborted);
            }
        };

        var draft = Assert.Single(await server.Drafter().DraftAsync(s_situation, 1, 1, null, Token));

        Assert.Equal(GenerationEnd.Length, draft.End);
        Assert.InRange(draft.Text.Length, 5, 2100);
    }

    [Theory]
    [InlineData(401, "Chat:ApiKey")]
    [InlineData(404, "Chat:Model")]
    public async Task What_somebody_has_to_put_right_is_said_and_not_tried_again(int status, string says)
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Gives(status);

        AssertError(ModelError.Unavailable, says, await Assert.ThrowsAsync<ModelException>(() => server.Drafter().DraftAsync(s_situation, 1, 1, null, Token)));

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Who_is_told_to_come_again_later_does_so()
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Answer = (context, _, number) =>
        {
            context.Response.Headers.RetryAfter = "7";
            return number == 0 ? ChatServer.RefuseAsync(context, 429, "Slow down.") : ChatServer.StreamAsync(context, ["Sorry to hear that."]);
        };

        Assert.Equal("Sorry to hear that.", Assert.Single(await server.Drafter().DraftAsync(s_situation, 1, 1, null, Token)).Text);

        Assert.Equal([TimeSpan.FromSeconds(7)], server.Time.Pauses);
    }

    [Fact]
    public async Task One_that_fails_leaves_its_place_empty_and_the_others_whole()
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Answer = (context, request, _) => request.Body["seed"]!.GetValue<int>() == 2
            ? ChatServer.RefuseAsync(context, 500, "Oh.")
            : ChatServer.StreamAsync(context, [$"Draft {request.Body["seed"]}."]);

        var drafts = await server.Drafter().DraftAsync(s_situation, 3, 1, null, Token);

        Assert.Equal(["Draft 1.", "", "Draft 3."], drafts.Select(draft => draft.Text));
    }

    [Fact]
    public async Task When_all_fail_it_is_said_why()
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Gives(500);

        AssertError(ModelError.Unavailable, "500", await Assert.ThrowsAsync<ModelException>(() => server.Drafter(options => options.MaxRetries = 0).DraftAsync(s_situation, 3, 1, null, Token)));
    }

    [Theory]
    [InlineData("max_tokens", """{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."}}""")]
    [InlineData("temperature", """{"error":{"message":"Unsupported value: 'temperature' does not support 0.8 with this model."}}""")]
    [InlineData("seed", """{"detail":[{"loc":["body","seed"],"msg":"extra fields not permitted"}]}""")]
    [InlineData("seed", """{"error":"json: unknown field \"seed\""}""")]
    public async Task What_a_server_does_not_take_is_left_out_and_that_is_remembered(string name, string refusal)
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Answer = (context, request, _) => request.Body[name] is null
            ? ChatServer.StreamAsync(context, ["Sorry to hear that."])
            : ChatServer.RefuseAsync(context, 400, refusal);
        var drafter = server.Drafter(options => options.MaxRetries = 0);

        var first = await drafter.DraftAsync(s_situation, 1, 1, null, Token);
        var second = await drafter.DraftAsync(s_situation, 1, 1, null, Token);

        Assert.All([.. first, .. second], draft => Assert.Equal("Sorry to hear that.", draft.Text));
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal(name == "max_tokens", server.Requests.Last().Body["max_completion_tokens"] is not null);
        Assert.Empty(server.Time.Pauses);
    }

    [Fact]
    public async Task A_server_that_refuses_for_no_such_reason_is_not_asked_for_ever()
    {
        await using var server = await ChatServer.StartAsync(Token);
        server.Answer = (context, _, _) => ChatServer.RefuseAsync(context, 400, "'max_tokens' 'max_completion_tokens' 'temperature' 'seed'");

        AssertError(ModelError.Failed, "max_tokens", await Assert.ThrowsAsync<ModelException>(() => server.Drafter().DraftAsync(s_situation, 1, 1, null, Token)));

        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task Drafts_and_labels_share_the_slots()
    {
        await using var server = await ChatServer.StartAsync(Token);
        using var held = new SemaphoreSlim(0);
        var (inside, most) = (0, 0);
        server.Answer = async (context, request, _) =>
        {
            lock (held)
            {
                most = Math.Max(most, ++inside);
            }

            await held.WaitAsync(context.RequestAborted);
            lock (held)
            {
                inside--;
            }

            await (request.Body["stream"] is null ? ChatServer.SayAsync(context, ChatServer.Good) : ChatServer.StreamAsync(context, ["Sorry to hear that."]));
        };
        using var connection = server.Connection(options => options.MaxConcurrency = 2);

        var drafts = new ChatDrafter(connection).DraftAsync(s_situation, 4, 1, null, Token);
        var label = new RemoteChat(connection).AskAsync("good", Token);
        held.Release(5);

        Assert.Equal(4, (await drafts).Count);
        await label;
        Assert.InRange(most, 1, 2);
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task Without_an_endpoint_it_says_what_to_set()
    {
        await using var server = await ChatServer.StartAsync(Token);

        AssertError(ModelError.Refused, "Chat:Endpoint", await Assert.ThrowsAsync<ModelException>(() => server.Drafter(options => options.Endpoint = null).DraftAsync(s_situation, 1, 1, null, Token)));
        Assert.Equal("none", server.Drafter(options => options.Endpoint = "").Version);
    }

    [Fact]
    public async Task Where_nobody_listens_it_says_where_that_was()
    {
        await using var server = await ChatServer.StartAsync(Token);
        var endpoint = $"http://127.0.0.1:{FreePort.Next()}/v1";

        AssertError(ModelError.Unavailable, endpoint, await Assert.ThrowsAsync<ModelException>(() => server.Drafter(options => options.Endpoint = endpoint).DraftAsync(s_situation, 2, 1, null, Token)));
    }

    private static PieceHandler Into(List<string> heard) => (_, text, _) =>
    {
        heard.Add(text);
        return true;
    };

    private static void AssertError(ModelError expected, string says, ModelException error)
    {
        Assert.Equal(expected, error.Error);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }
}
