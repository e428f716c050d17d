using System.Text.Json;
using System.Text.Json.Serialization;

namespace SocialSentiment.Contracts;

/// <summary>Writes an enum as <c>snake_case</c> text and accepts nothing but those names.</summary>
public sealed class SnakeCaseEnumConverter<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
