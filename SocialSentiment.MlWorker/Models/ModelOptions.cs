using System.ComponentModel.DataAnnotations;

namespace SocialSentiment.MlWorker.Models;

/// <summary>Which models serve, and how much memory they may take; section <c>Models</c>.</summary>
internal sealed class ModelOptions
{
    public const string Section = "Models";

    /// <summary>What serves as long as nobody has activated anything else.</summary>
    [Required]
    public string Default { get; set; } = "compact";

    /// <summary>Loaded at start and kept, beside the active one.</summary>
    public IList<string> Preload { get; } = [];

    /// <summary>What loaded models may take together; 0 means half of what the machine has.</summary>
    [Range(0, 16_777_216)]
    public int MemoryBudgetMb { get; set; }

    /// <summary>Precisions in the order in which they are tried; empty means the order of the catalog.</summary>
    public IList<string> Precisions { get; } = [];

    /// <summary>How long a model may take to load, warm up and show that it answers rightly.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan LoadTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the first texts of a model, with nothing else to do, may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan WarmUpTimeout { get; set; } = TimeSpan.FromSeconds(20);
}
