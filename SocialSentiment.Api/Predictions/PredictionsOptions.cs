using System.ComponentModel.DataAnnotations;

namespace SocialSentiment.Api.Predictions;

/// <summary>How those who wait for a label are served; section <c>Predictions</c>.</summary>
internal sealed class PredictionsOptions
{
    public const string Section = "Predictions";

    /// <summary>The shortest and the longest that a caller may say it waits.</summary>
    public const int LeastTimeoutMs = 50;
    public const int MostTimeoutMs = 60_000;

    /// <summary>How long the caller of one prediction waits who says nothing about it.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the caller of a batch waits who says nothing about it.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan BatchTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Single predictions under way at once; more are told to come again.</summary>
    [Range(1, 100_000)]
    public int MaxConcurrent { get; set; } = 1_000;

    /// <summary>Batches under way at once.</summary>
    [Range(1, 1_000)]
    public int MaxConcurrentBatches { get; set; } = 32;

    /// <summary>Whether predictions are kept, unless their caller does not want it.</summary>
    public bool Store { get; set; } = true;

    /// <summary>How long.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>So many predictions wait in memory to be kept; what comes beyond that is answered and not kept.</summary>
    [Range(1, 1_000_000)]
    public int StoreBuffer { get; set; } = 20_000;

    /// <summary>Whether a model's answers are remembered, unless a caller wants a fresh one.</summary>
    public bool Cache { get; set; } = true;

    /// <summary>The characters of all texts whose answers are remembered; two bytes of memory each.</summary>
    [Range(1_000, 1_000_000_000)]
    public int CacheCharacters { get; set; } = 8_000_000;

    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan CacheFor { get; set; } = TimeSpan.FromMinutes(10);
}
