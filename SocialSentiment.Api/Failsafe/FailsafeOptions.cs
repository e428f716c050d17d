using System.ComponentModel.DataAnnotations;

namespace SocialSentiment.Api.Failsafe;

/// <summary>When the lexicon takes over from the model, and when the model is tried again; section <c>Failsafe</c>.</summary>
internal sealed class FailsafeOptions
{
    public const string Section = "Failsafe";

    /// <summary>So many failures within <see cref="Window"/> open the breaker.</summary>
    [Range(1, 1_000)]
    public int MaxFailures { get; set; } = 3;

    [Range(typeof(TimeSpan), "00:00:00.5", "1.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>So long an open breaker waits before it tries the model, unless a worker announces itself before.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "1.00:00:00")]
    public TimeSpan Break { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a probe waits for its answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>A caller in such a hurry says nothing about the model when its time is up; for each text of a batch as much again.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan CountTimeoutsFrom { get; set; } = TimeSpan.FromMilliseconds(250);
}
