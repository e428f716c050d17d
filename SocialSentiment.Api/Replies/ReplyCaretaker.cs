using System.Threading.Channels;
using Microsoft.Extensions.Options;
using SocialSentiment.Api.Data;
using SocialSentiment.Api.Models;
using SocialSentiment.Api.Predictions;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.Replies;
using SocialSentiment.ServiceDefaults;

namespace SocialSentiment.Api.Replies;

/// <summary>
/// Sees to it that every order ends: what no worker carries out is answered with templates. Notes by the way what workers
/// have begun.
/// </summary>
internal sealed partial class ReplyCaretaker : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly DatabaseMigrator _migrator;
    private readonly ReplyStore _store;
    private readonly WorkerRoster _roster;
    private readonly RepliesOptions _options;
    private readonly ServiceInfo _service;
    private readonly TimeProvider _time;
    private readonly ILogger<ReplyCaretaker> _logger;
    private readonly Channel<Guid> _begun = Channel.CreateBounded<Guid>(new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropOldest });

    public ReplyCaretaker(
        DatabaseMigrator migrator, ReplyStore store, ReplyBoard board, WorkerRoster roster, IOptions<RepliesOptions> options, ServiceInfo service, TimeProvider time, ILogger<ReplyCaretaker> logger)
    {
        (_migrator, _store, _roster, _options, _service, _time, _logger) = (migrator, store, roster, options.Value, service, time, logger);
        board.Begun += order => _begun.Writer.TryWrite(order);
    }

    /// <summary>Answers an order with templates.</summary>
    public async Task FinishAsync(ReplyJob job, string note, CancellationToken cancellationToken)
    {
        var startedAt = _time.GetUtcNow();
        var label = job.Label ?? Lexicon.Judge(job.Text).Label;
        var selection = DraftSelection.Select(new ReplySituation(job.Text, label, job.Tone), [], job.Count, job.Seed, DraftScore.ByLexicon);
        var drafts = selection.Drafts.Select(draft => new WrittenReply(draft.Text, draft.Source, Templates.Key, Templates.Version, draft.Score));
        await _store.FinishAsync(new ReplyResult(job.JobId, label, [.. drafts], note, _service.Instance, startedAt), cancellationToken);
    }

    public async Task FinishAsync(Guid order, string note, CancellationToken cancellationToken)
    {
        if (await _store.FindOpenAsync(order, cancellationToken) is { } job)
        {
            await FinishAsync(job, note, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _migrator.WaitAsync(stoppingToken);
        await Task.WhenAll(NoteBegunAsync(stoppingToken), EndOverdueAsync(stoppingToken));
    }

    private async Task NoteBegunAsync(CancellationToken stoppingToken)
    {
        await foreach (var order in _begun.Reader.ReadAllAsync(stoppingToken))
        {
            await TryAsync(() => _store.BeginAsync(order, stoppingToken), stoppingToken);
        }
    }

    private async Task EndOverdueAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval, _time);
        do
        {
            var (patience, note) = _roster.Workers.Count == 0
                ? (_options.WithoutWorkerAfter, "No worker is running: these are templates.")
                : (_options.GiveUpAfter, $"No worker had time for it within {_options.GiveUpAfter.TotalSeconds:0} s: these are templates.");
            await TryAsync(
                async () =>
                {
                    foreach (var job in await _store.OpenSinceAsync(_time.GetUtcNow() - patience, stoppingToken))
                    {
                        await FinishAsync(job, note, stoppingToken);
                    }
                },
                stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task TryAsync(Func<Task> act, CancellationToken stoppingToken)
    {
        try
        {
            await act();
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            LogFailed(error.GetBaseException().Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Orders for drafts cannot be looked after: {Reason}")]
    private partial void LogFailed(string reason);
}
