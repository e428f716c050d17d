using System.Text.Json.Serialization;

namespace SocialSentiment.Contracts.Models;

/// <summary>All models that a worker knows, and what serves.</summary>
/// <param name="Active">The key of the model that labels posts.</param>
/// <param name="ActiveVersion">Its version.</param>
/// <param name="Replica">The worker that answers; each replica has its own memory.</param>
/// <param name="Device">Where networks are computed: <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Note">What is not as it was asked for, and what to do about it.</param>
/// <param name="Offline">Whether downloads are switched off.</param>
/// <param name="Hub">Where models are downloaded from.</param>
/// <param name="MemoryMb">What loaded models take.</param>
/// <param name="MemoryBudgetMb">What they may take.</param>
/// <param name="Models">The catalog, additions included.</param>
public sealed record ModelListResponse(
    string Active,
    string ActiveVersion,
    string Replica,
    string Device,
    string? Note,
    bool Offline,
    string Hub,
    long MemoryMb,
    long MemoryBudgetMb,
    IReadOnlyList<ModelResponse> Models);

/// <summary>One model: what it is, and what of it is here.</summary>
/// <param name="Key">What it is called in requests.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Description">What it is good for.</param>
/// <param name="State">What of it is here.</param>
/// <param name="Active">Whether it labels posts.</param>
/// <param name="Tasks"><c>sentiment</c>, <c>generation</c> or both.</param>
/// <param name="Family">Its architecture.</param>
/// <param name="Source">Where it comes from: <c>embedded</c>, <c>hub</c>, <c>remote</c> or <c>built_in</c>.</param>
/// <param name="Repository">Its repository on the hub.</param>
/// <param name="Revision">The branch, tag or commit that is downloaded.</param>
/// <param name="Licence">Its licence.</param>
/// <param name="Languages">The languages that it knows; none: nobody has said.</param>
/// <param name="Labels">What its outputs are called.</param>
/// <param name="SaysNeutral">False for a model with two classes, which never says neutral; absent as long as nobody knows.</param>
/// <param name="Members">Of an ensemble: who votes.</param>
/// <param name="Version">The version that is used: the hash of the files that its predictions depend on.</param>
/// <param name="Versions">All versions that are here, the newest first.</param>
/// <param name="SizeBytes">What the version that is used takes on disk.</param>
/// <param name="Loaded">What is in memory, if it is loaded.</param>
/// <param name="Download">The download under way, or the last one.</param>
/// <param name="Reason">Why it cannot be used.</param>
/// <param name="Card">Its model card in Markdown, where it comes with one; only when the model is asked for by its key.</param>
/// <param name="Replicas">How each worker has it; only from the API, which knows them all.</param>
public sealed record ModelResponse(
    string Key,
    string Title,
    string Description,
    ModelState State,
    bool Active,
    IReadOnlyList<string> Tasks,
    string Family,
    string Source,
    string? Repository,
    string? Revision,
    string Licence,
    IReadOnlyList<string> Languages,
    IReadOnlyList<string>? Labels,
    bool? SaysNeutral,
    IReadOnlyList<ModelMember>? Members,
    string? Version,
    IReadOnlyList<ModelVersion> Versions,
    long? SizeBytes,
    LoadedModelResponse? Loaded,
    DownloadResponse? Download,
    string? Reason,
    string? Card,
    IReadOnlyList<ModelReplica>? Replicas = null);

/// <summary>What of a model is here.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ModelState>))]
public enum ModelState
{
    /// <summary>It has to be downloaded first.</summary>
    Absent,

    /// <summary>It is being downloaded.</summary>
    Downloading,

    /// <summary>Its files are here; it is loaded when it is asked.</summary>
    Present,

    /// <summary>It is in memory.</summary>
    Loaded,

    /// <summary>It cannot be used as things are; the reason says why.</summary>
    Unavailable,
}

/// <summary>A model as one worker has it.</summary>
/// <param name="Replica">The worker.</param>
/// <param name="State">What of the model is there.</param>
/// <param name="Version">The version that this worker uses.</param>
/// <param name="Reason">Why it cannot use it.</param>
/// <param name="Loaded">What it has in memory, if it is loaded.</param>
/// <param name="Download">The download under way there, or the last one.</param>
public sealed record ModelReplica(string Replica, ModelState State, string? Version, string? Reason, LoadedModelResponse? Loaded, DownloadResponse? Download);

/// <summary>A model that votes in an ensemble.</summary>
/// <param name="Key">The member's key.</param>
/// <param name="Weight">What its vote counts.</param>
public sealed record ModelMember(string Key, double Weight);

/// <summary>One version of a model that is here.</summary>
/// <param name="Version">Made of the contents of its files.</param>
/// <param name="SizeBytes">Of all its files.</param>
/// <param name="Commit">The commit of its repository.</param>
/// <param name="DownloadedAt">When it came.</param>
/// <param name="Files">What it is made of; only from the model service.</param>
public sealed record ModelVersion(string Version, long SizeBytes, string? Commit, DateTimeOffset DownloadedAt, IReadOnlyList<ModelFileResponse> Files);

/// <summary>A file of a model.</summary>
/// <param name="Path">In its repository.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="Sha256">The hash of its contents.</param>
public sealed record ModelFileResponse(string Path, long SizeBytes, string Sha256);

/// <summary>A model in memory.</summary>
/// <param name="Version">The version that is loaded: the hash of its files.</param>
/// <param name="Precision">The arithmetic that it runs in, verified by the golden texts.</param>
/// <param name="GoldenTexts">How many golden texts it labelled rightly, in this precision and on this processor, before it was let in; 0: there are none for its language.</param>
/// <param name="Note">What was not as wished, for example a precision that failed.</param>
/// <param name="MemoryMb">What it takes.</param>
/// <param name="LoadedAt">Since when.</param>
/// <param name="Inside">Texts that wait or are being computed.</param>
public sealed record LoadedModelResponse(string Version, string Precision, int GoldenTexts, string? Note, long MemoryMb, DateTimeOffset LoadedAt, int Inside);

/// <summary>A download, under way or over.</summary>
/// <param name="Key">The model.</param>
/// <param name="State"><c>queued</c>, <c>resolving</c>, <c>downloading</c>, <c>verifying</c>, <c>done</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="BytesDone">What is here, also from earlier attempts.</param>
/// <param name="BytesTotal">What there is in all, once it is known.</param>
/// <param name="File">The file under way.</param>
/// <param name="BytesPerSecond">Over the last seconds.</param>
/// <param name="SecondsLeft">At that speed.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Version">What came of it.</param>
/// <param name="StartedAt">When it was asked for.</param>
/// <param name="FinishedAt">When it was over.</param>
public sealed record DownloadResponse(
    string Key,
    string State,
    long BytesDone,
    long? BytesTotal,
    string? File,
    double? BytesPerSecond,
    double? SecondsLeft,
    string? Error,
    string? Version,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt);

/// <summary>A model that serves from now on.</summary>
/// <param name="Key">The model.</param>
/// <param name="Version">Its version.</param>
/// <param name="Precision">The arithmetic that it runs in.</param>
/// <param name="Note">What was not as wished.</param>
/// <param name="By">Who decided it.</param>
/// <param name="At">When.</param>
/// <param name="Previous">What served before.</param>
public sealed record ActivationResponse(string Key, string Version, string Precision, string? Note, string By, DateTimeOffset At, string? Previous);

/// <summary>What was deleted.</summary>
/// <param name="Key">The model.</param>
/// <param name="Versions">The versions that are gone.</param>
/// <param name="FreedBytes">What they took on disk.</param>
public sealed record DeletedModelResponse(string Key, IReadOnlyList<string> Versions, long FreedBytes);
