using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Status;
using SocialSentiment.ServiceDefaults.Security;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Web.Tests;

/// <summary>The API's side of the contract, on a real socket.</summary>
internal sealed class FakeApi : IAsyncDisposable
{
    private TestWebApp? _app;

    public int Port { get; } = FreePort.Next();

    public string Address => $"http://127.0.0.1:{Port}";

    public DependencyState Database { get; set; } = DependencyState.Running;

    /// <summary>What it does instead of answering, when it is to misbehave.</summary>
    public RequestDelegate? Misbehaviour { get; set; }

    /// <summary>The trace contexts that came with the calls of <c>/status</c>.</summary>
    public ConcurrentQueue<string> TraceParents { get; } = new();

    /// <summary>The keys that were shown with them.</summary>
    public ConcurrentQueue<string> Keys { get; } = new();

    public static async Task<FakeApi> StartAsync()
    {
        var api = new FakeApi();
        await api.RestartAsync();
        return api;
    }

    public async Task RestartAsync()
        => _app = await TestWebApp.StartAsync(
            null,
            app =>
            {
                app.MapGet("/alive", context => Misbehaviour?.Invoke(context) ?? Task.CompletedTask);
                app.MapGet("/status", async context =>
                {
                    TraceParents.Enqueue(context.Request.Headers.TraceParent.ToString());
                    Keys.Enqueue(context.Request.Headers[ShownKey.Header].ToString());
                    if (Misbehaviour is not null)
                    {
                        await Misbehaviour(context);
                        return;
                    }

                    await Results.Json(Status(), ContractsJson.Default.StatusResponse).ExecuteAsync(context);
                });
            },
            TestContext.Current.CancellationToken,
            port: Port);

    public async Task StopAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
            _app = null;
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private StatusResponse Status() => new(
        "api", "1.0.0", "Production", "api-1", DateTimeOffset.UnixEpoch, 3_900,
        [new("postgresql", Database, 1.2, Database == DependencyState.Running ? "answers" : "does not answer"), new("rabbitmq", DependencyState.Running, 0.8, "connected")]);
}
