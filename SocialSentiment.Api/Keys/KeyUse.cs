using Npgsql;
using SocialSentiment.Api.Data;

namespace SocialSentiment.Api.Keys;

/// <summary>Writes down now and then when keys were last used: for people who tidy up, to whom a minute is nothing.</summary>
internal sealed partial class KeyUse(KeyRing ring, NpgsqlDataSource database, DatabaseMigrator migrator, TimeProvider time, ILogger<KeyUse> logger) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_lastPatience = TimeSpan.FromSeconds(2);

    /// <summary>Replicas write in any order; the latest use stands.</summary>
    private const string Update =
        """
        UPDATE api_keys AS k SET last_used_at = greatest(k.last_used_at, u.at) FROM unnest($1, $2) AS u (id, at) WHERE k.id = u.id
        """;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_lastPatience);
        await WriteAsync(patience.Token);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await migrator.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(s_interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await WriteAsync(stoppingToken);
        }
    }

    internal async Task WriteAsync(CancellationToken cancellationToken)
    {
        List<HeldKey> keys = [];
        List<DateTimeOffset> times = [];
        foreach (var key in ring.Keys)
        {
            if (key.TakeUse() is { } used)
            {
                keys.Add(key);
                times.Add(used);
            }
        }

        if (keys.Count == 0)
        {
            return;
        }

        try
        {
            await using var command = database.CreateCommand(Update);
            command.Parameters.Add(new() { Value = keys.Select(key => key.Row.Id).ToArray() });
            command.Parameters.Add(new() { Value = times.ToArray() });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception error)
        {
            // Nothing depends on it, and the next time will do.
            keys.ForEach(key => key.ReturnUse());
            LogNotWritten(error.GetBaseException().Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "When keys were last used cannot be written down now: {Reason}")]
    private partial void LogNotWritten(string reason);
}
