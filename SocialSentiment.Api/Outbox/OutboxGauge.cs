using System.Diagnostics.Metrics;
using Npgsql;
using SocialSentiment.Api.Data;

namespace SocialSentiment.Api.Outbox;

/// <summary>How full the outbox is and how long its oldest row has waited, looked up once a second.</summary>
internal sealed class OutboxGauge : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private readonly NpgsqlDataSource _database;
    private readonly DatabaseMigrator _migrator;
    private readonly TimeProvider _time;
    private long _size;
    private DateTimeOffset? _oldest;

    public OutboxGauge(NpgsqlDataSource database, DatabaseMigrator migrator, TimeProvider time, IMeterFactory meters)
    {
        (_database, _migrator, _time) = (database, migrator, time);
        var meter = meters.Create(ApiTelemetry.Name);
        meter.CreateObservableGauge("sentiment.outbox.size", () => Size, "{job}", "Jobs that are not yet with the broker.");
        meter.CreateObservableGauge("sentiment.outbox.lag", () => Lag.TotalSeconds, "s", "How long the oldest of them has waited.");
    }

    public long Size => Interlocked.Read(ref _size);

    public TimeSpan Lag => _oldest is { } oldest ? _time.GetUtcNow() - oldest : TimeSpan.Zero;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _migrator.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(s_interval, _time);
        do
        {
            try
            {
                await using var command = _database.CreateCommand("SELECT count(*), min(created_at) FROM outbox");
                await using var reader = await command.ExecuteReaderAsync(stoppingToken);
                await reader.ReadAsync(stoppingToken);
                Interlocked.Exchange(ref _size, reader.GetInt64(0));
                _oldest = reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1);
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Without a database no post is written anyway, and who needs it says so.
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
