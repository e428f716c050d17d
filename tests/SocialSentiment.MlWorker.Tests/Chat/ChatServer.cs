using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SocialSentiment.MlWorker.Inference.Chat;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.Testing;

namespace SocialSentiment.MlWorker.Tests.Chat;

/// <summary>What a client has asked.</summary>
internal sealed record ChatRequest(string Path, string? Authorization, JsonNode Body)
{
    public string Text => Body["messages"]![1]!["content"]!.GetValue<string>();

    public string Format => Body["response_format"]!["type"]!.GetValue<string>();
}

/// <summary>A server that speaks as much of OpenAI's chat completions as is needed, and answers as a test wants.</summary>
internal sealed class ChatServer : IAsyncDisposable
{
    public const string Good = """{"negative": 0.1, "neutral": 0.2, "positive": 0.7}""";

    public static readonly TextScores GoodScores = new(0.1, 0.2, 0.7);

    private readonly ServiceProvider _clients = ChatConnection.AddClient(new ServiceCollection())
        .ConfigureHttpClient(client => client.Timeout = TimeSpan.FromMilliseconds(50)).Services.BuildServiceProvider();

    private TestWebApp _app = null!;

    private ChatServer()
    {
    }

    public ConcurrentQueue<ChatRequest> Requests { get; } = [];

    /// <summary>Is given the request and its number, counted from 0.</summary>
    public Func<HttpContext, ChatRequest, int, Task> Answer { get; set; } = (context, _, _) => SayAsync(context, Good);

    public ImpatientTime Time { get; } = new();

    public static async Task<ChatServer> StartAsync(CancellationToken cancellationToken)
    {
        var server = new ChatServer();
        server._app = await TestWebApp.StartAsync(build: null, app => app.MapPost("/{**path}", server.HandleAsync), cancellationToken);
        return server;
    }

    /// <summary>The model says this, whatever it was asked.</summary>
    public void Says(string content) => Answer = (context, _, _) => SayAsync(context, content);

    /// <summary>One answer after the other, the last one for ever: 200 is a good one.</summary>
    public void Gives(params int[] statuses) => Answer = (context, _, number) =>
    {
        var status = statuses[Math.Min(number, statuses.Length - 1)];
        return status == 200 ? SayAsync(context, Good) : RefuseAsync(context, status, $$$"""{"error":{"message":"No {{{status}}}."}}""");
    };

    public static Task SayAsync(HttpContext context, string content)
        => context.Response.WriteAsJsonAsync(new JsonObject
        {
            ["id"] = "chatcmpl-1",
            ["object"] = "chat.completion",
            ["choices"] = new JsonArray(new JsonObject
            {
                ["index"] = 0,
                ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = content },
                ["finish_reason"] = "stop",
            }),
        });

    /// <summary>The model streams this, piece by piece, whatever it was asked.</summary>
    public void Streams(params string[] pieces) => Answer = (context, _, _) => StreamAsync(context, pieces);

    public static async Task StreamAsync(HttpContext context, IReadOnlyList<string> pieces)
    {
        foreach (var piece in pieces)
        {
            await SendAsync(context, Piece(piece));
        }

        await SendAsync(context, Piece("", "stop"));
        await SendAsync(context, "[DONE]");
    }

    public static async Task SendAsync(HttpContext context, string data)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = "text/event-stream";
        }

        await context.Response.WriteAsync($"data: {data}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    public static string Piece(string content, string? finishReason = null) => new JsonObject
    {
        ["id"] = "chatcmpl-1",
        ["object"] = "chat.completion.chunk",
        ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = new JsonObject { ["content"] = content }, ["finish_reason"] = finishReason }),
    }.ToJsonString();

    public static Task RefuseAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body);
    }

    public RemoteChat Chat(Action<ChatOptions>? configure = null) => new(Connection(configure));

    public ChatDrafter Drafter(Action<ChatOptions>? configure = null) => new(Connection(configure));

    public ChatConnection Connection(Action<ChatOptions>? configure = null)
    {
        var options = new ChatOptions { Endpoint = new Uri(_app.Address, "/v1").ToString(), Model = "tiny-chat" };
        configure?.Invoke(options);
        return new ChatConnection(_clients.GetRequiredService<IHttpClientFactory>(), Options.Create(options), Time);
    }

    public ISentimentEngine Engine(Action<ChatOptions>? configure = null) => Chat(configure).CreateEngine();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _clients.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var body = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var request = new ChatRequest(context.Request.Path, context.Request.Headers.Authorization, body!);
        int number;
        lock (Requests)
        {
            number = Requests.Count;
            Requests.Enqueue(request);
        }

        await Answer(context, request, number);
    }
}
