using System.Globalization;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace SocialSentiment.ServiceDefaults.Resilience;

/// <summary>
/// Repeats a call that may be repeated, and puts a bound on all of it. Whatever the reason it gives up for, the caller
/// sees one kind of exception: <see cref="HttpRequestException"/>.
/// </summary>
internal sealed class RetryHandler : DelegatingHandler
{
    private static readonly ResiliencePropertyKey<HttpRequestMessage> s_request = new("request");
    private readonly HttpResilienceOptions _options;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    public RetryHandler(IOptions<HttpResilienceOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        _pipeline = Build();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            context.Properties.Set(s_request, request);
            return await _pipeline.ExecuteAsync(
                static async (context, send) => await send(context.Properties.GetValue(s_request, null!), context.CancellationToken),
                context,
                (Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>)base.SendAsync);
        }
        catch (TimeoutRejectedException error)
        {
            throw new HttpRequestException(
                string.Create(CultureInfo.InvariantCulture, $"{request.RequestUri?.Authority} did not answer within {error.Timeout.TotalSeconds} s."), error);
        }
        catch (BrokenCircuitException error)
        {
            throw new HttpRequestException($"{request.RequestUri?.Authority} failed repeatedly and is left alone for a moment.", error);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private ResiliencePipeline<HttpResponseMessage> Build()
    {
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = _time }
            .AddTimeout(_options.TotalTimeout);

        if (_options.MaxRetries > 0)
        {
            pipeline.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = _options.MaxRetries,
                Delay = _options.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = arguments => ValueTask.FromResult(ShouldRetry(arguments)),
                DelayGenerator = arguments => ValueTask.FromResult(Delay(arguments.Outcome)),
            });
        }

        return pipeline.Build();
    }

    private bool ShouldRetry(RetryPredicateArguments<HttpResponseMessage> arguments)
    {
        // An open circuit let nothing through: any request may try again, and may find another address.
        if (arguments.Outcome.Exception is BrokenCircuitException)
        {
            return true;
        }

        return (TransientFailures.IsFailure(arguments.Outcome) || TransientFailures.IsOverload(arguments.Outcome))
            && IsRepeatable(arguments.Context.Properties.GetValue(s_request, null!))
            && !(RetryAfter(arguments.Outcome) > _options.MaxRetryAfter);
    }

    /// <summary>Sent twice it means what it means sent once, and its body can be sent twice.</summary>
    private static bool IsRepeatable(HttpRequestMessage request)
        => request.Content is not StreamContent
            && (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head || request.Method == HttpMethod.Options
                || request.Method == HttpMethod.Put || request.Method == HttpMethod.Delete);

    /// <summary>Null means the regular delay.</summary>
    private TimeSpan? Delay(Outcome<HttpResponseMessage> outcome)
        => outcome.Exception is BrokenCircuitException ? TimeSpan.Zero : RetryAfter(outcome);

    private TimeSpan? RetryAfter(Outcome<HttpResponseMessage> outcome)
    {
        var header = outcome.Result?.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date - _time.GetUtcNow());
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
