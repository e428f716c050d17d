using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;
using SocialSentiment.Api.Data;
using SocialSentiment.Api.Data.Entities;
using SocialSentiment.Api.Keys;
using SocialSentiment.Api.RateLimits;

namespace SocialSentiment.Api.Audit;

/// <summary>
/// Writes the audit log beside the calls, many entries at a time. What a key has done waits in memory for a quarter of a
/// second, or longer without a database, until there is no more room; a process that is killed takes it along. What
/// must never be lost, making and revoking keys, is written by its endpoint in the transaction of the change itself.
/// </summary>
internal sealed partial class AuditWriter : BackgroundService
{
    private const int MaxWaiting = 20_000;
    private const int MostAtOnce = 1_000;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_lastPatience = TimeSpan.FromSeconds(3);

    private const string Insert =
        """
        INSERT INTO audit (at, actor, key_id, action, method, path, target, status, address, trace_id)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """;

    private readonly Channel<AuditEntry> _waiting = Channel.CreateBounded<AuditEntry>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly NpgsqlDataSource _database;
    private readonly DatabaseMigrator _migrator;
    private readonly AccessMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<AuditWriter> _logger;

    // Who has no key must not be able to fill the table: a few at once, and one a second.
    private readonly TokenBucket _refused = new(perSecond: 1, size: 10);

    public AuditWriter(NpgsqlDataSource database, DatabaseMigrator migrator, AccessMetrics metrics, TimeProvider time, ILogger<AuditWriter> logger)
        => (_database, _migrator, _metrics, _time, _logger) = (database, migrator, metrics, time, logger);

    public void Note(AuditDraft draft)
    {
        var context = draft.Context;
        if (Caller.Of(context) is null)
        {
            if (context.Response.StatusCode == StatusCodes.Status429TooManyRequests || !_refused.TryTake(_time.GetTimestamp()).Granted)
            {
                _metrics.AuditDropped(1, "refused");
                return;
            }
        }

        // A caller who left before the answer was begun has not been told anything.
        var status = context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted ? StatusCodes.Status499ClientClosedRequest : context.Response.StatusCode;
        if (!_waiting.Writer.TryWrite(draft.ToEntry(status, status == StatusCodes.Status201Created ? context.Response.Headers.Location.ToString() : null)))
        {
            _metrics.AuditDropped(1, "full");
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_lastPatience);
        try
        {
            while (Take() is { Count: > 0 } entries)
            {
                await WriteAsync(entries, patience.Token);
            }
        }
        catch (Exception error)
        {
            LogNotWritten(error.GetBaseException().Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _migrator.WaitAsync(stoppingToken);
        while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
        {
            // A commit of its own for every call would be the better part of what a post costs.
            await Task.Delay(s_pause, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (Take() is { Count: > 0 } entries)
            {
                await WriteUntilDoneAsync(entries, stoppingToken);
            }
        }
    }

    private List<AuditEntry> Take()
    {
        var entries = new List<AuditEntry>();
        while (entries.Count < MostAtOnce && _waiting.Reader.TryRead(out var entry))
        {
            entries.Add(entry);
        }

        return entries;
    }

    private async Task WriteUntilDoneAsync(List<AuditEntry> entries, CancellationToken stoppingToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // Not cut short by a stop: what was taken from the queue would be lost.
                await WriteAsync(entries, CancellationToken.None);
                return;
            }
            catch (Exception error) when (DatabaseErrors.IsTransient(error) && !stoppingToken.IsCancellationRequested)
            {
                if (attempt == 1)
                {
                    LogWaiting(error.GetBaseException().Message);
                }

                await Task.Delay(s_retryDelay, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception error)
            {
                LogNotWritten(error.GetBaseException().Message);
                _metrics.AuditDropped(entries.Count, "failed");
                return;
            }
        }
    }

    private async Task WriteAsync(List<AuditEntry> entries, CancellationToken cancellationToken)
    {
        await using var insert = _database.CreateCommand(Insert);
        Add(NpgsqlDbType.TimestampTz, entry => entry.At);
        Add(NpgsqlDbType.Text, entry => entry.Actor);
        Add(NpgsqlDbType.Uuid, entry => entry.KeyId);
        Add(NpgsqlDbType.Text, entry => entry.Action);
        Add(NpgsqlDbType.Text, entry => entry.Method);
        Add(NpgsqlDbType.Text, entry => entry.Path);
        Add(NpgsqlDbType.Text, entry => entry.Target);
        Add(NpgsqlDbType.Smallint, entry => entry.Status);
        Add(NpgsqlDbType.Text, entry => entry.Address);
        Add(NpgsqlDbType.Text, entry => entry.TraceId);
        await insert.ExecuteNonQueryAsync(cancellationToken);

        void Add<T>(NpgsqlDbType type, Func<AuditEntry, T> column)
            => insert.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Array | type, Value = entries.Select(column).ToArray() });
    }

    [LoggerMessage(LogLevel.Warning, "The audit log waits for the database: {Reason}")]
    private partial void LogWaiting(string reason);

    [LoggerMessage(LogLevel.Error, "Entries of the audit log could not be written and are lost: {Reason}")]
    private partial void LogNotWritten(string reason);
}
