using System.ComponentModel.DataAnnotations;

namespace SocialSentiment.MlWorker.Replies;

/// <summary>How drafts of replies are written; section <c>Replies</c>.</summary>
internal sealed class ReplyOptions
{
    public const string Section = "Replies";

    /// <summary>Who writes when an order names nobody: a model of the catalog with the task <c>generation</c>.</summary>
    [Required]
    public string Model { get; set; } = "compact-gpt";

    /// <summary>Orders carried out at once. More of them take more from the labels.</summary>
    [Range(1, 16)]
    public int Concurrency { get; set; } = 1;

    /// <summary>Candidates for each draft that is wanted: the best of them are kept.</summary>
    [Range(1, 8)]
    public int CandidatesPerDraft { get; set; } = 3;

    [Range(8, 200)]
    public int MaxTokens { get; set; } = 60;

    /// <summary>How far from its likeliest words a model may go that is not known to need another.</summary>
    [Range(0.1, 2)]
    public float Temperature { get; set; } = 0.8f;

    [Range(0.1, 1)]
    public float TopP { get; set; } = 0.92f;

    /// <summary>How long one order may take; then what there is by then has to do.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);
}
