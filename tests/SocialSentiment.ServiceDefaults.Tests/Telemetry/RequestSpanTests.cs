using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry;
using OpenTelemetry.Trace;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.ServiceDefaults.Tests.Telemetry;

public sealed class RequestSpanTests : IDisposable
{
    private static readonly ActivitySource s_own = new("SocialSentiment.Tests");

    private readonly Spans _spans = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_says_what_was_asked_and_how_it_ended()
    {
        await using var service = await ServiceAsync();
        await service.Client().GetAsync("/posts/7", Token);

        var span = await _spans.OneServerSpanAsync();
        Assert.Equal("GET /posts/{id}", span.DisplayName);
        Assert.Equal("GET", span.GetTagItem("http.request.method"));
        Assert.Equal("/posts/{id}", span.GetTagItem("http.route"));
        Assert.Equal("/posts/7", span.GetTagItem("url.path"));
        Assert.Equal(200, span.GetTagItem("http.response.status_code"));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
    }

    [Fact]
    public async Task A_failure_is_an_error_with_its_exception()
    {
        await using var service = await ServiceAsync();
        await service.Client().GetAsync("/broken", Token);

        var span = await _spans.OneServerSpanAsync();
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal(500, span.GetTagItem("http.response.status_code"));
        Assert.Equal("/broken", span.GetTagItem("http.route"));
        Assert.Equal(typeof(InvalidOperationException).FullName, span.GetTagItem("error.type"));
        Assert.Equal("exception", Assert.Single(span.Events).Name);
    }

    [Fact]
    public async Task Probes_leave_no_trace_nor_does_what_they_do()
    {
        await using var service = await ServiceAsync();
        await service.Client().GetAsync("/health", Token);
        await service.Client().GetAsync("/alive", Token);
        using var sampled = new HttpRequestMessage(HttpMethod.Get, "/health");
        sampled.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        await service.Client().SendAsync(sampled, Token);
        await service.Client().GetAsync("/healthy-food", Token);

        var span = await _spans.OneServerSpanAsync();
        Assert.Equal("/healthy-food", span.GetTagItem("url.path"));
        Assert.DoesNotContain(_spans.All, other => other.Source.Name == s_own.Name);
    }

    [Fact]
    public async Task A_call_from_service_to_service_is_one_trace()
    {
        await using var back = await ServiceAsync();
        await using var front = await Service.StartAsync(
            builder => builder.Services.AddHttpClient("back", http => http.BaseAddress = new Uri("http://back")),
            app => app.MapGet("/through", async (IHttpClientFactory clients) => await clients.CreateClient("back").GetStringAsync("/posts/1")),
            settings: ("services:back:http:0", back.Address.ToString()));

        await front.Client().GetAsync("/through", Token);

        var span = await _spans.OneServerSpanAsync("/posts/{id}");
        var outer = await _spans.OneServerSpanAsync("/through");
        Assert.Equal(outer.TraceId, span.TraceId);
        Assert.Equal("/posts/1", span.GetTagItem("url.path"));
        Assert.True(span.HasRemoteParent);
        Assert.True(span.Recorded);
    }

    public void Dispose() => _spans.Dispose();

    private Task<TestWebApp> ServiceAsync() => Service.StartAsync(
        builder =>
        {
            builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(_spans));
            builder.Services.AddHealthChecks().AddCheck("traced", () =>
            {
                using var activity = s_own.StartActivity("probe");
                return HealthCheckResult.Healthy();
            });
        },
        app =>
        {
            app.MapGet("/posts/{id}", (int id) => id);
            app.MapGet("/healthy-food", () => "apple");
            app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        });

    private sealed class Spans : BaseProcessor<Activity>
    {
        public ConcurrentQueue<Activity> All { get; } = new();

        public override void OnEnd(Activity data) => All.Enqueue(data);

        /// <summary>A span ends a moment after its response has arrived.</summary>
        public async Task<Activity> OneServerSpanAsync(string? route = null)
            => Assert.Single(await Eventually.GetAsync(
                () => Task.FromResult(All.Where(span => span.Kind == ActivityKind.Server && (route is null || Equals(span.GetTagItem("http.route"), route))).ToArray()),
                found => found.Length > 0,
                Token));
    }
}
