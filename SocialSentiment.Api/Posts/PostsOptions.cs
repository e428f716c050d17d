using System.ComponentModel.DataAnnotations;

namespace SocialSentiment.Api.Posts;

/// <summary>How posts are taken in and looked after on their way.</summary>
internal sealed class PostsOptions
{
    /// <summary>A post without a label for this long gets a provisional one from the lexicon.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan ProvisionalAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The same while the circuit breaker is open: nobody needs to wait to learn that the model is away.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan ProvisionalAfterWhileOpen { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>A post whose job has been out for this long while the queues are almost empty is sent out again; each time the wait doubles.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "1.00:00:00")]
    public TimeSpan ReconcileAfter { get; set; } = TimeSpan.FromSeconds(60);

    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan ReconcileEvery { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>With this many jobs not yet with the broker no more posts are taken in.</summary>
    [Range(1, 10_000_000)]
    public int MaxOutbox { get; set; } = 50_000;

    /// <summary>How long a caller waits for a post to be written before it is told to try again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan AcceptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an idempotency key is remembered.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan KeepKeysFor { get; set; } = TimeSpan.FromDays(2);

    /// <summary>How far back a listener to the live feed can resume.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan KeepEventsFor { get; set; } = TimeSpan.FromHours(24);
}
