using System.Text.Json;
using Microsoft.Extensions.Options;
using SocialSentiment.Contracts.Models;
using SocialSentiment.MlWorker.Inference.Chat;
using SocialSentiment.MlWorker.Inference.Onnx;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Description;
using SocialSentiment.MlWorker.Models.Host;
using SocialSentiment.MlWorker.Models.Hub;
using SocialSentiment.MlWorker.Models.Store;
using SocialSentiment.ServiceDefaults;

namespace SocialSentiment.MlWorker.Endpoints;

/// <summary>What the catalog, the disk and the memory know of each model, put together for those who ask.</summary>
internal sealed class ModelDirectory(
    ModelCatalog catalog,
    ModelStore store,
    ModelHost host,
    GeneratorShelf generators,
    ModelDownloads downloads,
    ComputeDevice device,
    IOptions<HubOptions> hub,
    IOptions<ChatOptions> chat,
    ServiceInfo service)
{
    public ModelListResponse List(bool withCards = false)
    {
        var active = host.Active;
        return new ModelListResponse(
            active?.Key ?? "",
            active?.Version ?? "",
            service.Instance,
            device.Name,
            Sentences(host.Note, device.Note),
            hub.Value.Offline,
            hub.Value.Endpoint,
            Megabytes(host.MemoryUsed),
            Megabytes(host.MemoryBudget),
            [.. catalog.All.Select(entry => Describe(entry, withCards))]);
    }

    public ModelResponse Get(string key) => Describe(catalog.Get(key), withCard: true);

    /// <summary>What there is to say, one after the other; null if there is nothing.</summary>
    public static string? Sentences(params IEnumerable<string?> notes) => string.Join(' ', notes.OfType<string>()) is { Length: > 0 } all ? all : null;

    private ModelResponse Describe(ModelEntry entry, bool withCard)
    {
        var stored = host.Stored(entry.Key);
        var loaded = host.Loaded.FirstOrDefault(model => model.Key == entry.Key);
        var generator = generators.Find(entry.Key);
        HeldModel? held = loaded is null ? generator : loaded;
        var download = downloads.Latest(entry.Key);
        var reason = held is null ? Reason(entry, stored) : null;
        return new ModelResponse(
            entry.Key,
            entry.Title,
            entry.Description,
            held is not null ? ModelState.Loaded
                : download is { IsFinished: false } ? ModelState.Downloading
                : reason is not null ? ModelState.Unavailable
                : stored is not null || entry.Source.Kind is SourceKind.BuiltIn or SourceKind.Remote ? ModelState.Present
                : ModelState.Absent,
            host.Active?.Key == entry.Key,
            [.. entry.Tasks.Select(Name)],
            Name(entry.Family),
            Name(entry.Source.Kind),
            entry.Source.Repository,
            entry.Source.Kind == SourceKind.Hub ? entry.Source.Revision : null,
            entry.Licence,
            entry.Languages,
            entry.Labels.Count > 0 ? entry.Labels : null,
            loaded?.Engine.CanSayNeutral ?? (entry.Labels.Count > 0 ? entry.Labels.Count > 2 : null),
            entry.Members.Count > 0 ? [.. entry.Members.Select(member => new ModelMember(member.Key, member.Weight))] : null,
            held?.Version ?? stored?.Version,
            [.. store.Versions(entry.Key).Select(version => new ModelVersion(
                version.Version,
                version.Size,
                version.Manifest.Commit,
                version.Manifest.DownloadedAt,
                [.. version.Manifest.Files.Select(file => new ModelFileResponse(file.Path, file.Size, file.Sha256))]))],
            stored?.Size,
            held is null
                ? null
                : new LoadedModelResponse(
                    held.Version,
                    held.Identity.Precision,
                    held.Verification.Golden,
                    held.Verification.Note,
                    Megabytes((loaded?.MemoryBytes ?? 0) + (generator?.MemoryBytes ?? 0)),
                    held.LoadedAt,
                    (loaded?.Engine.Inside ?? 0) + (generator?.Generator.Inside ?? 0)),
            download is null ? null : DownloadNotices.Describe(download),
            reason,
            withCard && stored is not null ? ModelCard.Read(stored.Folder) : null);
    }

    /// <summary>Why a model cannot be used as things are, and could not if it were downloaded either.</summary>
    private string? Reason(ModelEntry entry, StoredModel? stored) => entry switch
    {
        { Source.Kind: SourceKind.Embedded } when stored is null => $"It is not part of this build: models/{entry.Key} has no files.",
        { Family: ModelFamily.Chat } when chat.Value.Endpoint is not { Length: > 0 } => "No endpoint is configured: set Chat:Endpoint and Chat:Model.",
        _ => null,
    };

    private static string Name<T>(T value)
        where T : struct, Enum
        => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static long Megabytes(long bytes) => (bytes + (512 * 1024)) / 1024 / 1024;
}
