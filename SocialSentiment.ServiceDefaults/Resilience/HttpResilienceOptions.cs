using System.ComponentModel.DataAnnotations;

namespace SocialSentiment.ServiceDefaults.Resilience;

/// <summary>How patient outgoing HTTP calls are; section <c>HttpResilience</c>.</summary>
public sealed class HttpResilienceOptions : IValidatableObject
{
    public const string Section = "HttpResilience";

    /// <summary>How long a call may take with all its attempts. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one attempt may take. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Attempts after the first, for methods that may be repeated. Default 3.</summary>
    [Range(0, 10)]
    public int MaxRetries { get; set; } = 3;

    /// <summary>The first delay; it doubles, with jitter. Default 0.2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest <c>Retry-After</c> that is waited for; a longer one is the caller's to handle. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The share of failures that opens the circuit of an address. Default 0.5.</summary>
    [Range(0.01, 1.0)]
    public double BreakerFailureRatio { get; set; } = 0.5;

    /// <summary>Fewer calls than this within the window never open it. Default 8.</summary>
    [Range(2, 10_000)]
    public int BreakerMinimumCalls { get; set; } = 8;

    /// <summary>The window in which failures are counted. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "01:00:00")]
    public TimeSpan BreakerWindow { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an open circuit stays open before one call is let through. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "01:00:00")]
    public TimeSpan BreakerPause { get; set; } = TimeSpan.FromSeconds(5);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (AttemptTimeout > TotalTimeout)
        {
            yield return new ValidationResult($"must not exceed {nameof(TotalTimeout)} ({TotalTimeout})", [nameof(AttemptTimeout)]);
        }
    }
}
