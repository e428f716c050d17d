using SocialSentiment.MlWorker.Models.Hub;

namespace SocialSentiment.MlWorker.Models.Store;

internal enum DownloadState
{
    /// <summary>Others are downloaded first.</summary>
    Queued,

    /// <summary>The hub is asked what there is; another worker that downloads the same is waited for.</summary>
    Resolving,
    Downloading,
    Verifying,
    Done,
    Failed,
    Cancelled,
}

/// <summary>How far a download is, at one moment.</summary>
internal sealed record DownloadProgress
{
    public required string Key { get; init; }

    /// <summary>The worker that downloads it; none: this one.</summary>
    public string? Worker { get; init; }

    public DownloadState State { get; init; }

    /// <summary>What is here, of an earlier attempt too.</summary>
    public long Bytes { get; init; }

    /// <summary>0 as long as it is not known.</summary>
    public long TotalBytes { get; init; }

    /// <summary>The file that is coming in.</summary>
    public string? File { get; init; }

    /// <summary>Over the last seconds.</summary>
    public double BytesPerSecond { get; init; }

    public TimeSpan? TimeLeft { get; init; }

    public HubError? Error { get; init; }

    /// <summary>What went wrong, for people.</summary>
    public string? Message { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>What it has become.</summary>
    public string? Version { get; init; }

    public bool IsFinished => State is DownloadState.Done or DownloadState.Failed or DownloadState.Cancelled;
}
