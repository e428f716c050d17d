using System.Threading.Channels;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Models;
using SocialSentiment.Messaging;
using SocialSentiment.MlWorker.Models.Host;
using SocialSentiment.MlWorker.Models.Store;
using SocialSentiment.ServiceDefaults;

namespace SocialSentiment.MlWorker.Endpoints;

/// <summary>
/// Tells whoever listens what this worker has: as soon as something serves, with every change, when somebody asks, and from
/// time to time, so that who hears nothing any more knows that the worker is gone. A worker that stops says goodbye.
/// </summary>
internal sealed partial class ModelAnnouncer : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    /// <summary>Between two announcements; what happens in between is told together.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ModelDirectory _directory;
    private readonly ModelHost _host;
    private readonly ModelDownloads _downloads;
    private readonly Publisher _publisher;
    private readonly string _me;
    private readonly TimeProvider _time;
    private readonly ILogger<ModelAnnouncer> _logger;
    private bool _owesCards;

    public ModelAnnouncer(
        ModelDirectory directory,
        ModelHost host,
        GeneratorShelf generators,
        ModelKeeper keeper,
        ModelDownloads downloads,
        Publisher publisher,
        ServiceInfo service,
        TimeProvider time,
        ILogger<ModelAnnouncer> logger)
    {
        (_directory, _host, _downloads, _publisher, _me, _time, _logger) = (directory, host, downloads, publisher, service.Instance, time, logger);
        host.Changed += Announce;
        generators.Changed += Announce;
        keeper.Asked += Announce;
    }

    /// <summary>Something is new. Cards are told with it: who listens keeps them until there is another version.</summary>
    public void Announce()
    {
        Volatile.Write(ref _owesCards, true);
        Repeat();
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _publisher.TellAsync(new ModelNotice(_me, Leaves: true), cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(AnnounceAsync(stoppingToken), WatchAsync(stoppingToken));

    private async Task AnnounceAsync(CancellationToken stoppingToken)
    {
        await using var heartbeat = _time.CreateTimer(_ => Repeat(), state: null, s_interval, s_interval);
        while (true)
        {
            await _news.Reader.ReadAsync(stoppingToken);
            if (!await TryAnnounceAsync(stoppingToken))
            {
                Announce();
            }

            await Task.Delay(s_pause, _time, stoppingToken);
        }
    }

    /// <returns>False: it is worth another try.</returns>
    private async Task<bool> TryAnnounceAsync(CancellationToken cancellationToken)
    {
        if (_host.Active is null)
        {
            // What is about to serve will be news.
            return true;
        }

        try
        {
            var list = _directory.List(withCards: Interlocked.Exchange(ref _owesCards, false));
            return await _publisher.TellAsync(new ModelNotice(_me, Models: Brief(list)), cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogNotTold(error);
            return false;
        }
    }

    private async Task WatchAsync(CancellationToken stoppingToken)
    {
        await foreach (var progress in _downloads.WatchAsync(stoppingToken))
        {
            if (progress.Worker is not null)
            {
                continue;
            }

            if (progress.IsFinished)
            {
                Announce();
            }
            else
            {
                Repeat();
            }
        }
    }

    private void Repeat() => _news.Writer.TryWrite(true);

    /// <summary>Without what nobody needs to hear every few seconds.</summary>
    private static ModelListResponse Brief(ModelListResponse list)
        => list with { Models = [.. list.Models.Select(model => model with { Versions = [.. model.Versions.Select(version => version with { Files = [] })] })] };

    [LoggerMessage(LogLevel.Warning, "What this worker has could not be told.")]
    private partial void LogNotTold(Exception error);
}
