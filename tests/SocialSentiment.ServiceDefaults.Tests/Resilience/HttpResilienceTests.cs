using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SocialSentiment.ServiceDefaults.Resilience;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.ServiceDefaults.Tests.Resilience;

public sealed class HttpResilienceTests : IAsyncDisposable
{
    private readonly List<string> _seen = [];
    private readonly List<IAsyncDisposable> _servers = [];
    private readonly List<IDisposable> _hosts = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_get_survives_a_server_that_stumbles()
    {
        var client = await ClientAsync(Failing(times: 2, StatusCodes.Status503ServiceUnavailable));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("x", Token)).StatusCode);
        Assert.Equal(["GET", "GET", "GET"], _seen);
    }

    [Theory]
    [InlineData("PUT", 3)]
    [InlineData("DELETE", 3)]
    [InlineData("POST", 1)]
    [InlineData("PATCH", 1)]
    public async Task Only_what_may_be_repeated_is_repeated(string method, int attempts)
    {
        var client = await ClientAsync(Failing(times: 2, StatusCodes.Status500InternalServerError));
        using var request = new HttpRequestMessage(new HttpMethod(method), "x") { Content = new StringContent("body") };
        await client.SendAsync(request, Token);
        Assert.Equal(attempts, _seen.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(409)]
    public async Task The_callers_own_mistakes_are_not_repeated(int status)
    {
        var client = await ClientAsync(Failing(times: 1, status));
        Assert.Equal(status, (int)(await client.GetAsync("x", Token)).StatusCode);
        Assert.Single(_seen);
    }

    [Fact]
    public async Task A_short_retry_after_is_waited_for()
    {
        var client = await ClientAsync(Failing(times: 1, StatusCodes.Status429TooManyRequests, retryAfter: "1"));
        var started = Stopwatch.GetTimestamp();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("x", Token)).StatusCode);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0.9, 20);
    }

    [Fact]
    public async Task A_long_retry_after_is_the_callers_to_handle()
    {
        var client = await ClientAsync(Failing(times: 1, StatusCodes.Status503ServiceUnavailable, retryAfter: "3600"));
        var response = await client.GetAsync("x", Token);
        Assert.Equal(TimeSpan.FromHours(1), response.Headers.RetryAfter?.Delta);
        Assert.Single(_seen);
    }

    [Fact]
    public async Task A_hanging_attempt_is_given_up_and_made_again()
    {
        var calls = 0;
        var client = await ClientAsync(
            async context =>
            {
                if (Interlocked.Increment(ref calls) == 1)
                {
                    await Task.Delay(Timeout.Infinite, context.RequestAborted);
                }
            },
            ("AttemptTimeout", "00:00:00.300"));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("x", Token)).StatusCode);
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task The_whole_call_is_bounded_and_ends_in_the_usual_exception()
    {
        var client = await ClientAsync(
            context => Task.Delay(Timeout.Infinite, context.RequestAborted),
            ("AttemptTimeout", "00:00:00.200"), ("TotalTimeout", "00:00:00.500"), ("MaxRetries", "10"));
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("x", Token));
        Assert.Contains("did not answer within", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_keeps_failing_is_left_alone()
    {
        var client = await ClientAsync(Failing(times: int.MaxValue, StatusCodes.Status500InternalServerError), ("MaxRetries", "0"), ("BreakerMinimumCalls", "4"));
        for (var i = 0; i < 4; i++)
        {
            await client.GetAsync("x", Token);
        }

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("x", Token));
        Assert.Contains("left alone", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, _seen.Count);
    }

    [Fact]
    public async Task A_dead_replica_is_stepped_over()
    {
        var alive = await ServerAsync(Failing(times: 0, 0));
        var client = Client(
            ("services:replicated:http:0", $"http://127.0.0.1:{FreePort.Next()}"),
            ("services:replicated:http:1", alive.ToString()));
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("http://replicated/x", Token)).StatusCode);
        }
    }

    [Fact]
    public async Task A_stream_can_do_without()
    {
        var address = await ServerAsync(Failing(times: 1, StatusCodes.Status503ServiceUnavailable));
        var client = Client(("services:stream:http:0", address.ToString()), ("HttpResilience:AttemptTimeout", "00:00:00.200"));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("http://stream/x", Token)).StatusCode);
        _seen.Clear();

        address = await ServerAsync(Failing(times: 1, StatusCodes.Status503ServiceUnavailable));
        var plain = Client("stream", ("services:stream:http:0", address.ToString()));
        Assert.Equal(Timeout.InfiniteTimeSpan, plain.Timeout);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await plain.GetAsync("http://stream/x", Token)).StatusCode);
        Assert.Single(_seen);
    }

    public async ValueTask DisposeAsync()
    {
        _hosts.ForEach(host => host.Dispose());
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    private RequestDelegate Failing(int times, int status, string? retryAfter = null)
    {
        var left = times;
        return context =>
        {
            _seen.Add(context.Request.Method);
            if (left-- > 0)
            {
                context.Response.StatusCode = status;
                context.Response.Headers.RetryAfter = retryAfter;
            }

            return Task.CompletedTask;
        };
    }

    private async Task<Uri> ServerAsync(RequestDelegate answer)
    {
        var server = await TestWebApp.StartAsync(null, app => app.Run(answer), Token);
        _servers.Add(server);
        return server.Address;
    }

    private async Task<HttpClient> ClientAsync(RequestDelegate answer, params (string Key, string Value)[] options)
    {
        var client = Client([.. options.Select(option => ($"{HttpResilienceOptions.Section}:{option.Key}", option.Value))]);
        client.BaseAddress = await ServerAsync(answer);
        return client;
    }

    private HttpClient Client(params (string Key, string Value)[] settings) => Client("resilient", settings);

    private HttpClient Client(string name, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["HttpResilience:RetryDelay"] = "00:00:00.001" });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.AddServiceDefaults();
        builder.Services.AddHttpClient("resilient");
        builder.Services.AddHttpClient("stream").WithoutResilience();
        var host = builder.Build();
        _hosts.Add(host);
        return host.Services.GetRequiredService<IHttpClientFactory>().CreateClient(name);
    }
}
