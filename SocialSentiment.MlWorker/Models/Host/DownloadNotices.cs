using System.Text.Json;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Models;
using SocialSentiment.Messaging;
using SocialSentiment.MlWorker.Models.Store;
using SocialSentiment.ServiceDefaults;

namespace SocialSentiment.MlWorker.Models.Host;

/// <summary>Tells the other workers how downloads go on, so that whichever of them is asked can say so.</summary>
internal sealed class DownloadNotices(ModelDownloads downloads, Publisher publisher, ServiceInfo service) : BackgroundService
{
    public static DownloadResponse Describe(DownloadProgress progress) => new(
        progress.Key,
        JsonNamingPolicy.SnakeCaseLower.ConvertName(progress.State.ToString()),
        progress.Bytes,
        progress.TotalBytes > 0 ? progress.TotalBytes : null,
        progress.File,
        progress.IsFinished ? null : progress.BytesPerSecond,
        progress.TimeLeft?.TotalSeconds,
        progress.Message,
        progress.Version,
        progress.StartedAt,
        progress.FinishedAt);

    /// <summary>Takes note of what another worker says.</summary>
    public static void Hear(ModelNotice notice, ModelDownloads downloads)
    {
        if (notice.CancelDownload is { } key)
        {
            downloads.Cancel(key);
        }

        if (notice.Download is { } download
            && Enum.GetValues<DownloadState>().FirstOrDefault(state => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString()) == download.State) is var state)
        {
            downloads.Hear(new DownloadProgress
            {
                Key = download.Key,
                Worker = notice.From,
                State = state,
                Bytes = download.BytesDone,
                TotalBytes = download.BytesTotal ?? 0,
                File = download.File,
                BytesPerSecond = download.BytesPerSecond ?? 0,
                TimeLeft = download.SecondsLeft is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                Message = download.Error,
                Version = download.Version,
                StartedAt = download.StartedAt,
                FinishedAt = download.FinishedAt,
            });
        }
    }

    public Task CancelElsewhereAsync(string key, CancellationToken cancellationToken)
        => publisher.TellAsync(new ModelNotice(service.Instance, CancelDownload: key), cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var progress in downloads.WatchAsync(stoppingToken))
        {
            if (progress.Worker is null)
            {
                await publisher.TellAsync(new ModelNotice(service.Instance, Download: Describe(progress)), stoppingToken);
            }
        }
    }
}
