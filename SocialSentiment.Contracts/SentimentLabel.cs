using System.Text.Json.Serialization;

namespace SocialSentiment.Contracts;

/// <summary>How people feel, as every part of the platform says it.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<SentimentLabel>))]
public enum SentimentLabel
{
    Negative,
    Neutral,
    Positive,
}
