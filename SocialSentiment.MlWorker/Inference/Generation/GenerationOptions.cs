using System.ComponentModel.DataAnnotations;

namespace SocialSentiment.MlWorker.Inference.Generation;

/// <summary>How language models go on with texts; section <c>Generation</c>.</summary>
internal sealed class GenerationOptions
{
    public const string Section = "Generation";

    /// <summary>Threads that compute one step together. They give way to those that label.</summary>
    [Range(1, 256)]
    public int Threads { get; set; } = 1;

    /// <summary>How long a language model stays in memory that nobody asks.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "7.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Orders that may wait for one model; who comes then is refused.</summary>
    [Range(1, 10_000)]
    public int MaxWaiting { get; set; } = 64;
}
