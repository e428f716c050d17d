using System.Text.Json.Serialization;

namespace SocialSentiment.MlWorker.Models.Hub;

/// <summary>The hub's answers, as far as they matter here.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HubModelInfo))]
[JsonSerializable(typeof(HubTreeEntry[]))]
[JsonSerializable(typeof(HubModelConfig))]
internal sealed partial class HubJson : JsonSerializerContext;

internal sealed record HubModelInfo(string? Sha, string?[]? Tags);

internal sealed record HubTreeEntry(string? Type, string? Path, long Size, string? Oid, HubLfs? Lfs);

internal sealed record HubLfs(string? Oid, long Size);

/// <summary>A model's <c>config.json</c>.</summary>
internal sealed record HubModelConfig(string? ModelType, string?[]? Architectures);
