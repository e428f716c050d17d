using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Npgsql;
using SocialSentiment.Api.Data;
using SocialSentiment.Api.Data.Entities;
using SocialSentiment.Api.Outbox;

namespace SocialSentiment.Api.Predictions;

/// <summary>
/// Keeps predictions, when there is time: callers hand theirs in and go on, one connection writes them down together, and
/// only while posts are not waiting for the database themselves. What does not fit into memory meanwhile is not kept.
/// </summary>
internal sealed partial class PredictionStore : BackgroundService
{
    private const int BatchSize = 1_000;
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <summary>With the oldest job waiting for so long in the outbox, the database has more important things to do.</summary>
    private static readonly TimeSpan s_postsAreLate = TimeSpan.FromSeconds(3);

    private const string Insert =
        """
        INSERT INTO predictions (id, at, text, label, confidence, compound, negative, neutral, positive, model, version, fallback_reason, cached, duration_ms, caller, trace_id)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        ON CONFLICT (id) DO NOTHING
        """;

    private readonly NpgsqlDataSource _database;
    private readonly DatabaseMigrator _migrator;
    private readonly OutboxGauge _outbox;
    private readonly PredictionMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<PredictionStore> _logger;
    private readonly Channel<Prediction> _waiting;

    public PredictionStore(
        NpgsqlDataSource database,
        DatabaseMigrator migrator,
        OutboxGauge outbox,
        PredictionMetrics metrics,
        IOptions<PredictionsOptions> options,
        TimeProvider time,
        ILogger<PredictionStore> logger)
    {
        (_database, _migrator, _outbox, _metrics, _time, _logger) = (database, migrator, outbox, metrics, time, logger);
        _waiting = Channel.CreateBounded<Prediction>(new BoundedChannelOptions(options.Value.StoreBuffer) { SingleReader = true });
    }

    /// <returns>Whether it will be kept, as far as that can be known now.</returns>
    public bool TryKeep(Prediction prediction)
    {
        var isTaken = _waiting.Writer.TryWrite(prediction);
        if (!isTaken)
        {
            _metrics.Dropped(1);
        }

        return isTaken;
    }

    /// <summary>What was handed in before the stop is still written, if the database is there.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        if (ExecuteTask is { } writing)
        {
            await Task.WhenAny(writing, Task.Delay(s_pause, cancellationToken));
        }

        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _migrator.WaitAsync(stoppingToken);
        var batch = new List<Prediction>(BatchSize);
        while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
        {
            if (!_waiting.Reader.Completion.IsCompleted && _waiting.Reader.Count < BatchSize)
            {
                await Task.Delay(s_gather, _time, stoppingToken);
            }

            while (_outbox.Lag > s_postsAreLate)
            {
                await Task.Delay(s_pause, _time, stoppingToken);
            }

            while (batch.Count < BatchSize && _waiting.Reader.TryRead(out var next))
            {
                batch.Add(next);
            }

            await WriteAsync(batch, stoppingToken);
            batch.Clear();
        }
    }

    /// <summary>As long as it takes; what comes meanwhile waits, as far as there is room.</summary>
    private async Task WriteAsync(List<Prediction> batch, CancellationToken stoppingToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await InsertAsync(batch, stoppingToken);
                _metrics.Kept(batch.Count);
                return;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                if (!DatabaseErrors.IsTransient(error))
                {
                    LogLost(error, batch.Count);
                    _metrics.Dropped(batch.Count);
                    return;
                }

                if (attempt == 1)
                {
                    LogWaits(error.GetBaseException().Message);
                }

                await Task.Delay(s_pause, _time, stoppingToken);
            }
        }
    }

    private async Task InsertAsync(List<Prediction> batch, CancellationToken stoppingToken)
    {
        await using var insert = _database.CreateCommand(Insert);
        Add(prediction => prediction.Id);
        Add(prediction => prediction.At);
        Add(prediction => prediction.Text);
        Add(prediction => (short)prediction.Label);
        Add(prediction => prediction.Confidence);
        Add(prediction => prediction.Compound);
        Add(prediction => prediction.Negative);
        Add(prediction => prediction.Neutral);
        Add(prediction => prediction.Positive);
        Add(prediction => prediction.Model);
        Add(prediction => prediction.Version);
        Add(prediction => prediction.FallbackReason);
        Add(prediction => prediction.Cached);
        Add(prediction => prediction.DurationMs);
        Add(prediction => prediction.Caller);
        Add(prediction => prediction.TraceId);
        await insert.ExecuteNonQueryAsync(stoppingToken);

        void Add<T>(Func<Prediction, T> column) => insert.Parameters.Add(new() { Value = batch.Select(column).ToArray() });
    }

    [LoggerMessage(LogLevel.Warning, "Predictions wait to be kept: {Reason}")]
    private partial void LogWaits(string reason);

    [LoggerMessage(LogLevel.Error, "{Count} predictions could not be kept.")]
    private partial void LogLost(Exception error, int count);
}
