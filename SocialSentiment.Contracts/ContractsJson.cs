using System.Text.Json;
using System.Text.Json.Serialization;
using SocialSentiment.Contracts.Status;

namespace SocialSentiment.Contracts;

/// <summary>Everything that crosses a wire, with its serializer generated at build time: <c>snake_case</c>, absent instead of null.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(SentimentLabel))]
[JsonSerializable(typeof(ServiceDescription))]
[JsonSerializable(typeof(StatusResponse))]
public sealed partial class ContractsJson : JsonSerializerContext;
