using SocialSentiment.Contracts;

namespace SocialSentiment.Api.Data.Entities;

/// <summary>An answer that was given to a caller who waited for it, kept for analytics.</summary>
internal sealed class Prediction
{
    public Guid Id { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Text { get; set; }
    public SentimentLabel Label { get; set; }
    public float Confidence { get; set; }
    public float Compound { get; set; }
    public float Negative { get; set; }
    public float Neutral { get; set; }
    public float Positive { get; set; }
    public required string Model { get; set; }
    public required string Version { get; set; }

    /// <summary>Why the lexicon answered in the model's place; null if it did not.</summary>
    public string? FallbackReason { get; set; }
    public bool Cached { get; set; }
    public float DurationMs { get; set; }

    /// <summary>Who asked: the key's name, if there was a key.</summary>
    public string? Caller { get; set; }
    public string? TraceId { get; set; }
}
