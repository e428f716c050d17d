using System.Text.Json;
using System.Text.Json.Serialization;

namespace SocialSentiment.Api.Predictions;

/// <summary>A batch as it came: its texts are read one by one, so that a bad one does not spoil the others.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PredictionBatchEnvelope(
    IReadOnlyList<JsonElement>? Texts,
    string? Model = null,
    bool IncludeProbabilities = true,
    int? TimeoutMs = null,
    bool Cache = true,
    bool Store = true);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PredictionBatchEnvelope))]
internal sealed partial class PredictionsJson : JsonSerializerContext;
