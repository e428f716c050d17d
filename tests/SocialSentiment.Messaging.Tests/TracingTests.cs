using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace SocialSentiment.Messaging.Tests;

/// <summary>One trace from the sender through the queue to whoever works on the message.</summary>
public sealed class TracingTests(BrokerFixture fixture) : BrokerTest(fixture)
{
    [Fact]
    public async Task A_recorded_trace_goes_through_the_queue_span_by_span()
    {
        using var spans = new Spans();
        var handler = new ScriptedHandler();
        var service = await StartAsync(builder => builder.AddHandler(Queues.Results, handler));
        var root = Context(ActivityTraceFlags.Recorded);

        await service.Publisher.PublishAsync(Queues.Results, Outgoing.Message("a") with { Trace = root }, Token);
        await Until(() => handler.Handled.Count == 1);
        await Until(() => spans.Of(root).Count == 2);

        var published = Assert.Single(spans.Of(root), span => span.DisplayName == "publish results");
        var processed = Assert.Single(spans.Of(root), span => span.DisplayName == "process results");
        Assert.Equal((root.SpanId, ActivityKind.Producer), (published.ParentSpanId, published.Kind));
        Assert.Equal((published.SpanId, ActivityKind.Consumer), (processed.ParentSpanId, processed.Kind));
        Assert.Equal(processed.Context, handler.Handled[0].Trace);
        Assert.Equal("id-a", processed.GetTagItem("messaging.message.id"));
        Assert.Equal(ActivityStatusCode.Unset, processed.Status);
    }

    [Fact]
    public async Task An_unrecorded_trace_keeps_its_id_and_makes_no_spans()
    {
        using var spans = new Spans();
        var handler = new ScriptedHandler();
        var service = await StartAsync(builder => builder.AddHandler(Queues.Results, handler));
        var root = Context(ActivityTraceFlags.None, "vendor=1");

        await service.Publisher.PublishAsync(Queues.Results, Outgoing.Message("a") with { Trace = root }, Token);
        await service.Publisher.PublishAsync(Queues.Results, Outgoing.Message("b"), Token);
        await Until(() => handler.Handled.Count == 2);

        var trace = handler.Handled.Single(delivery => ScriptedHandler.Text(delivery) == "a").Trace;
        Assert.Equal((root.TraceId, root.SpanId, ActivityTraceFlags.None, "vendor=1"), (trace.TraceId, trace.SpanId, trace.TraceFlags, trace.TraceState));
        Assert.Equal(default, handler.Handled.Single(delivery => ScriptedHandler.Text(delivery) == "b").Trace);
        Assert.Empty(spans.All);
    }

    [Fact]
    public async Task A_dead_letter_keeps_its_trace_and_its_span_says_that_it_failed()
    {
        using var spans = new Spans();
        var service = await StartAsync(builder => builder.AddHandler(Queues.Results, ScriptedHandler.FailingOn("a"), options => options.MaxAttempts = 1));
        var root = Context(ActivityTraceFlags.Recorded);

        await service.Publisher.PublishAsync(Queues.Results, Outgoing.Message("a") with { Trace = root }, Token);

        var dead = await Raw.TakeAsync(Queues.Dead, Token);
        Assert.Equal(root.TraceId, MessageTracing.Read(dead.Headers).TraceId);
        await Until(() => spans.Of(root).Count == 2);
        Assert.Equal(ActivityStatusCode.Error, spans.Of(root).Single(span => span.Kind == ActivityKind.Consumer).Status);
    }

    [Fact]
    public async Task A_request_and_its_answer_are_in_the_callers_trace()
    {
        using var spans = new Spans();
        using var source = new ActivitySource("SocialSentiment.Test");
        var service = await StartAsync(builder =>
        {
            builder.Services.AddSingleton<EchoHandler>();
            builder.AddRpcServer<byte[], byte[], EchoHandler>(Queues.Predict);
        });

        ActivityContext root;
        using (var activity = source.StartActivity("request"))
        {
            root = activity!.Context;
            await service.Rpc.CallAsync<byte[], byte[]>(Queues.Predict, [1], TimeSpan.FromSeconds(30), Token);
        }

        await Until(() => spans.Of(root).Count == 4);
        var call = Assert.Single(spans.Of(root), span => span.DisplayName == "call predict");
        var serve = Assert.Single(spans.Of(root), span => span.DisplayName == "serve predict");
        var inside = Assert.Single(spans.Of(root), span => span.DisplayName == "inside");
        Assert.Equal((root.SpanId, ActivityKind.Client), (call.ParentSpanId, call.Kind));
        Assert.Equal((call.SpanId, ActivityKind.Server), (serve.ParentSpanId, serve.Kind));
        Assert.Equal(serve.SpanId, inside.ParentSpanId);
    }

    private static ActivityContext Context(ActivityTraceFlags flags, string? state = null)
        => new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), flags, state, isRemote: true);

    private sealed class EchoHandler : IRpcHandler<byte[], byte[]>, IDisposable
    {
        private readonly ActivitySource _source = new("SocialSentiment.Test");

        public Task<byte[]> HandleAsync(byte[] request, RpcContext context, CancellationToken cancellationToken)
        {
            using var activity = _source.StartActivity("inside");
            return Task.FromResult(request);
        }

        public void Dispose() => _source.Dispose();
    }

    /// <summary>What ended while it listened.</summary>
    private sealed class Spans : IDisposable
    {
        private readonly ConcurrentQueue<Activity> _ended = new();
        private readonly ActivityListener _listener;

        public Spans()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name.StartsWith("SocialSentiment.", StringComparison.Ordinal),
                Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = _ended.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public IReadOnlyCollection<Activity> All => _ended;

        public IReadOnlyList<Activity> Of(ActivityContext root) => [.. _ended.Where(span => span.TraceId == root.TraceId)];

        public void Dispose() => _listener.Dispose();
    }
}
