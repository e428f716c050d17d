using SocialSentiment.Contracts;

namespace SocialSentiment.Api.Data.Entities;

/// <summary>One analysis of one revision. Rows are only ever added.</summary>
internal sealed class Analysis
{
    /// <summary>The job's id, which makes storing a result twice impossible; a provisional analysis has an id of its own.</summary>
    public Guid Id { get; set; }
    public Guid PostId { get; set; }
    public int Revision { get; set; }
    public SentimentLabel Label { get; set; }
    public float Confidence { get; set; }
    public float Negative { get; set; }
    public float Neutral { get; set; }
    public float Positive { get; set; }
    public bool Provisional { get; set; }
    public required string Model { get; set; }
    public required string Version { get; set; }
    public required string Precision { get; set; }
    public int Attempt { get; set; }
    public required string Worker { get; set; }
    public string? TraceId { get; set; }
    public float DurationMs { get; set; }
    public DateTimeOffset AnalysedAt { get; set; }
}
