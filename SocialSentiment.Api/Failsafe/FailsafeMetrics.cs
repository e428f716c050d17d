using System.Diagnostics.Metrics;
using SocialSentiment.Contracts.Failsafe;

namespace SocialSentiment.Api.Failsafe;

/// <summary>The circuit breaker in numbers.</summary>
internal sealed class FailsafeMetrics
{
    private readonly Meter _meter;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _transitions;

    public FailsafeMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(ApiTelemetry.Name);
        _failures = _meter.CreateCounter<long>("sentiment.failsafe.failures", "{failure}", "Failures that count against the model.");
        _transitions = _meter.CreateCounter<long>("sentiment.failsafe.transitions", "{transition}", "Changes of the circuit breaker's state.");
    }

    public void Observe(Func<FailsafeState> state)
        => _meter.CreateObservableGauge("sentiment.failsafe.state", () => (int)state(), "{state}", "The circuit breaker: 0 closed, 1 half open, 2 open, 3 isolated.");

    public void Failed() => _failures.Add(1);

    public void Changed(FailsafeState state) => _transitions.Add(1, new KeyValuePair<string, object?>("state", Name(state)));

    private static string Name(FailsafeState state) => state switch
    {
        FailsafeState.Closed => "closed",
        FailsafeState.HalfOpen => "half_open",
        FailsafeState.Open => "open",
        _ => "isolated",
    };
}
