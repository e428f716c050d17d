using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;

namespace SocialSentiment.ServiceDefaults.Resilience;

/// <summary>One circuit breaker per scheme, host and port, shared by all clients: what one of them learns saves the others the wait.</summary>
internal sealed class Circuits(IOptions<HttpResilienceOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, ResiliencePipeline<HttpResponseMessage>> _circuits = new(StringComparer.OrdinalIgnoreCase);

    public ResiliencePipeline<HttpResponseMessage> For(Uri uri) => _circuits.GetOrAdd(uri.GetLeftPart(UriPartial.Authority), _ => Build());

    private ResiliencePipeline<HttpResponseMessage> Build()
        => new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                FailureRatio = options.Value.BreakerFailureRatio,
                MinimumThroughput = options.Value.BreakerMinimumCalls,
                SamplingDuration = options.Value.BreakerWindow,
                BreakDuration = options.Value.BreakerPause,
                ShouldHandle = arguments => ValueTask.FromResult(TransientFailures.IsFailure(arguments.Outcome)),
            })
            .AddTimeout(options.Value.AttemptTimeout)
            .Build();
}
