using System.Text.Json.Serialization;

namespace SocialSentiment.Contracts.Models;

/// <summary>Which model to download: one of the catalog by its key, or any repository of the hub by its name.</summary>
/// <param name="Model">The key of a model of the catalog.</param>
/// <param name="Repository">A repository of the hub with an ONNX export, as <c>owner/name</c>.</param>
/// <param name="Revision">Its branch, tag or commit; <c>main</c> if absent.</param>
/// <param name="Key">What an added repository shall be called here; made of its name if absent.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DownloadModelRequest(string? Model = null, string? Repository = null, string? Revision = null, string? Key = null);

/// <param name="Version">The version that shall serve; the newest that is here if absent.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ActivateModelRequest(string? Version = null);
