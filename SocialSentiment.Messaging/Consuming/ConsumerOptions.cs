using System.ComponentModel.DataAnnotations;

namespace SocialSentiment.Messaging;

/// <summary>How one queue is consumed.</summary>
public sealed class ConsumerOptions
{
    /// <summary>How many messages are in this process at most, waiting or being worked on.</summary>
    [Range(1, ushort.MaxValue)]
    public int Prefetch { get; set; } = 200;

    /// <summary>How many messages a handler gets at once at most. There is no waiting for a batch to fill.</summary>
    [Range(1, int.MaxValue)]
    public int BatchSize { get; set; } = 100;

    /// <summary>How many batches are worked on at once. Requests (<see cref="IRpcHandler{TRequest,TResponse}"/>) are bounded by <see cref="Prefetch"/> alone.</summary>
    [Range(1, 1_024)]
    public int Concurrency { get; set; } = 1;

    /// <summary>How often a message that fails alone is tried before it becomes a dead letter.</summary>
    [Range(1, 1_000)]
    public int MaxAttempts { get; set; } = 3;

    /// <summary>The pause after a first failure; it doubles with every further one.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>What the pause grows up to.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan LongestRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Where messages go, before a handler sees them, that have come back unsettled <see cref="SuspectAfter"/> times. One
    /// of them may be what killed the process that had them all.
    /// </summary>
    public string? SuspectQueue { get; set; }

    /// <summary>How often a message may end up unsettled before it is a suspect.</summary>
    [Range(1, 1_000)]
    public int SuspectAfter { get; set; } = 1;

    /// <summary>
    /// Whether an error says that something the handler depends on is down. Such a batch is tried again for as long as it
    /// takes; it is not counted, split or discarded.
    /// </summary>
    public Func<Exception, bool> IsTransient { get; set; } = _ => false;

    /// <summary>The pause before the retry that follows <paramref name="failures"/> failures in a row.</summary>
    internal TimeSpan DelayAfter(int failures)
        => TimeSpan.FromTicks((long)Math.Min(LongestRetryDelay.Ticks, RetryDelay.Ticks * Math.Pow(2, Math.Min(failures, 32) - 1)));
}
