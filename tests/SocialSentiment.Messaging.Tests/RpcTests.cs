using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Messaging.Tests;

/// <summary>Questions and answers.</summary>
public sealed class RpcTests(BrokerFixture fixture) : BrokerTest(fixture)
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_request_gets_its_answer()
    {
        RpcContext? seen = null;
        await ServeAsync((request, context, _) =>
        {
            seen = context;
            return Task.FromResult($"{request}!");
        });
        var client = await StartAsync();

        Assert.Equal("hello!", await CallAsync(client, "hello", s_long));
        Assert.InRange(seen!.Remaining, TimeSpan.FromSeconds(1), s_long);
    }

    [Fact]
    public async Task Two_hundred_requests_at_once_each_get_their_own_answer()
    {
        var most = 0;
        var running = 0;
        await ServeAsync(
            async (request, _, cancellationToken) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Delay(Random.Shared.Next(20), cancellationToken);
                Interlocked.Decrement(ref running);
                return $"{request}!";
            },
            options => options.Prefetch = 16);
        var client = await StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => CallAsync(client, $"{i}", s_long)));

        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}!"), answers);
        Assert.InRange(most, 2, 16);
    }

    [Fact]
    public async Task A_request_that_nobody_takes_times_out_and_is_worked_on_by_nobody_later()
    {
        var client = await StartAsync();
        var started = Stopwatch.GetTimestamp();

        await Assert.ThrowsAsync<RpcTimeoutException>(() => CallAsync(client, "late", TimeSpan.FromMilliseconds(300)));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5));

        var asked = new ConcurrentQueue<string>();
        await ServeAsync((request, _, _) =>
        {
            asked.Enqueue(request);
            return Task.FromResult("");
        });
        await CallAsync(client, "in time", s_long);
        Assert.Equal(["in time"], asked);
    }

    [Fact]
    public async Task A_handler_is_told_when_its_caller_has_stopped_waiting()
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await ServeAsync(async (_, _, cancellationToken) =>
        {
            using var registration = cancellationToken.Register(told.SetResult);
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return "";
        });
        var client = await StartAsync();

        await Assert.ThrowsAsync<RpcTimeoutException>(() => CallAsync(client, "a", TimeSpan.FromMilliseconds(500)));
        await told.Task.WaitAsync(s_long, Token);
    }

    [Fact]
    public async Task A_handler_without_room_and_one_that_fails_are_told_apart()
    {
        await ServeAsync((request, _, _) => request == "full"
            ? throw new RpcOverloadedException("no room")
            : throw new InvalidOperationException("broken"));
        var client = await StartAsync();

        var overloaded = await Assert.ThrowsAsync<RpcOverloadedException>(() => CallAsync(client, "full", s_long));
        var failed = await Assert.ThrowsAsync<RpcFailedException>(() => CallAsync(client, "a", s_long));

        Assert.Equal("no room", overloaded.Message);
        Assert.Equal("InvalidOperationException: broken", failed.Message);
    }

    [Fact]
    public async Task A_full_queue_is_an_overload_at_once()
    {
        var client = await StartAsync(settings: ("Messaging:PredictMaxLength", "2"));
        var waiting = Enumerable.Range(0, 2).Select(i => CallAsync(client, $"{i}", TimeSpan.FromSeconds(2))).ToList();
        await Raw.BecomesAsync(Queues.Predict, 2, Token);
        var started = Stopwatch.GetTimestamp();

        await Assert.ThrowsAsync<RpcOverloadedException>(() => CallAsync(client, "too much", s_long));

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        foreach (var call in waiting)
        {
            await Assert.ThrowsAsync<RpcTimeoutException>(() => call);
        }
    }

    [Fact]
    public async Task Without_a_broker_or_a_queue_a_request_fails_at_once()
    {
        var alone = await StartAsync(connectionString: $"amqp://127.0.0.1:{FreePort.Next()}", connected: false);
        var client = await StartAsync();
        var started = Stopwatch.GetTimestamp();

        await Assert.ThrowsAsync<RpcUnavailableException>(() => CallAsync(alone, "a", s_long));
        await Assert.ThrowsAsync<RpcUnavailableException>(() => CallAsync(client, "a", s_long, "nowhere"));

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_caller_who_leaves_leaves_nothing_behind()
    {
        var client = await StartAsync();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var call = client.Rpc.CallAsync<byte[], byte[]>(Queues.Predict, "a"u8.ToArray(), TimeSpan.FromSeconds(1), leaving.Token);
        await Raw.BecomesAsync(Queues.Predict, 1, Token);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        await Raw.BecomesAsync(Queues.Predict, 0, Token);
    }

    [Fact]
    public async Task When_the_line_is_cut_waiting_callers_learn_it_and_the_next_one_is_answered()
    {
        await using var line = new CuttableLine(Broker.Port);
        var busy = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await ServeAsync((request, _, _) => request == "slow" ? busy.Task : Task.FromResult($"{request}!"));
        var client = await StartAsync(connectionString: line.ConnectionString);
        Assert.Equal("a!", await CallAsync(client, "a", s_long));
        var slow = CallAsync(client, "slow", s_long);
        await Raw.BecomesAsync(Queues.Predict, 0, Token);

        line.Cut();
        await Assert.ThrowsAsync<RpcUnavailableException>(() => slow);
        busy.SetResult("");

        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return await CallAsync(client, "b", s_long) == "b!";
                }
                catch (RpcUnavailableException)
                {
                    return false;
                }
            },
            Token);
    }

    private static async Task<string> CallAsync(TestService client, string request, TimeSpan patience, string queue = Queues.Predict)
        => Encoding.UTF8.GetString(await client.Rpc.CallAsync<byte[], byte[]>(queue, Encoding.UTF8.GetBytes(request), patience, Token));

    private async Task ServeAsync(Func<string, RpcContext, CancellationToken, Task<string>> answer, Action<ConsumerOptions>? configure = null)
        => await StartAsync(builder =>
        {
            builder.Services.AddSingleton(new Handler(answer));
            builder.AddRpcServer<byte[], byte[], Handler>(Queues.Predict, configure);
        });

    private sealed class Handler(Func<string, RpcContext, CancellationToken, Task<string>> answer) : IRpcHandler<byte[], byte[]>
    {
        public async Task<byte[]> HandleAsync(byte[] request, RpcContext context, CancellationToken cancellationToken)
            => Encoding.UTF8.GetBytes(await answer(Encoding.UTF8.GetString(request), context, cancellationToken));
    }
}
