using System.Diagnostics;
using Npgsql;
using SocialSentiment.Api.Data;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults.Faults;
using SocialSentiment.ServiceDefaults.Lifetime;

namespace SocialSentiment.Api.Replies;

/// <summary>Hands orders to the broker, and notes that it has them when it has confirmed them. Every replica runs one.</summary>
internal sealed partial class ReplyDispatcher(NpgsqlDataSource database, DatabaseMigrator migrator, Publisher publisher, TimeProvider time, ILogger<ReplyDispatcher> logger) : BackgroundService
{
    private const int BatchSize = 100;
    private static readonly TimeSpan s_lookInterval = TimeSpan.FromSeconds(1);

    private readonly WakeSignal _work = new();

    /// <summary>There is something to hand over.</summary>
    public void Wake() => _work.Set();

    public override void Dispose()
    {
        base.Dispose();
        _work.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await migrator.WaitAsync(stoppingToken);
        while (true)
        {
            try
            {
                if (await DispatchAsync(stoppingToken) == BatchSize)
                {
                    continue;
                }
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(error.GetBaseException().Message);
                await Task.Delay(s_lookInterval, time, stoppingToken);
            }

            // What other replicas left behind, or the broker did not take, is found at the next look.
            await _work.WaitAsync(s_lookInterval, stoppingToken);
        }
    }

    /// <returns>How many orders the broker took.</returns>
    private async Task<int> DispatchAsync(CancellationToken stoppingToken)
    {
        await using var connection = await database.OpenConnectionAsync(stoppingToken);
        await using var transaction = await connection.BeginTransactionAsync(stoppingToken);
        List<OutgoingMessage<ReplyJob>> jobs = [];
        await using (var take = new NpgsqlCommand(
            $"{ReplyStore.JobOf} WHERE o.state < 2 AND o.published_at IS NULL ORDER BY o.requested_at, o.id LIMIT {BatchSize} FOR UPDATE OF o SKIP LOCKED", connection))
        {
            await using var rows = await take.ExecuteReaderAsync(stoppingToken);
            while (await rows.ReadAsync(stoppingToken))
            {
                var job = ReplyStore.Job(rows);
                ActivityContext.TryParse(rows.IsDBNull(8) ? null : rows.GetString(8), null, isRemote: false, out var trace);
                jobs.Add(new OutgoingMessage<ReplyJob>(job, job.JobId.ToString("N"), trace));
            }
        }

        if (jobs.Count == 0)
        {
            return 0;
        }

        var outcomes = await publisher.PublishBatchAsync(Queues.Replies, jobs, stoppingToken);
        await Failpoint.HitAsync("replies.after-publish", stoppingToken);
        await using (var note = new NpgsqlCommand("UPDATE reply_orders SET published_at = $2 WHERE id = ANY($1)", connection))
        {
            note.Parameters.Add(new() { Value = jobs.Where((_, i) => outcomes[i] is null).Select(job => job.Body.JobId).ToArray() });
            note.Parameters.Add(new() { Value = time.GetUtcNow() });
            await note.ExecuteNonQueryAsync(stoppingToken);
        }

        await transaction.CommitAsync(stoppingToken);
        if (outcomes.FirstOrDefault(outcome => outcome is not null) is { } refused)
        {
            LogFailed(refused.Message);
        }

        return outcomes.Count(outcome => outcome is null);
    }

    [LoggerMessage(LogLevel.Warning, "Orders for drafts cannot be handed over: {Reason}")]
    private partial void LogFailed(string reason);
}
