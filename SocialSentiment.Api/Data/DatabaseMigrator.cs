using Microsoft.EntityFrameworkCore;
using SocialSentiment.ServiceDefaults.Health;

namespace SocialSentiment.Api.Data;

/// <summary>
/// Brings the schema up to date before the service takes work. It waits for a database that is not there yet; of several
/// replicas one migrates and the others wait for it (EF Core locks its history table).
/// </summary>
internal sealed partial class DatabaseMigrator : BackgroundService
{
    private const string Work = "database schema";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(30);
    private readonly IServiceScopeFactory _scopes;
    private readonly StartupReadiness _readiness;
    private readonly TimeProvider _time;
    private readonly ILogger<DatabaseMigrator> _logger;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DatabaseMigrator(IServiceScopeFactory scopes, StartupReadiness readiness, TimeProvider time, ILogger<DatabaseMigrator> logger)
    {
        (_scopes, _readiness, _time, _logger) = (scopes, readiness, time, logger);
        readiness.Expect(Work);
    }

    /// <summary>Done when the schema is there; what works on the database by itself waits for it.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _done.Task.WaitAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var scope = _scopes.CreateAsyncScope();
                var db = scope.ServiceProvider.GetRequiredService<SentimentDbContext>();

                // Building an index on a large table takes its time.
                db.Database.SetCommandTimeout(s_patience);
                await db.Database.MigrateAsync(stoppingToken);
                break;
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                // Whatever became of it: the next start goes on from there.
                return;
            }
            catch (Exception error)
            {
                if (attempt is 1 or 10 || !DatabaseErrors.IsTransient(error))
                {
                    LogNotMigrated(error, attempt);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(250 * attempt, 5_000)), _time, stoppingToken);
            }
        }

        _readiness.Complete(Work);
        _done.SetResult();
        LogMigrated();
    }

    [LoggerMessage(LogLevel.Information, "The database schema is up to date.")]
    private partial void LogMigrated();

    [LoggerMessage(LogLevel.Warning, "The database schema could not be brought up to date (attempt {Attempt}); it is tried again until it can.")]
    private partial void LogNotMigrated(Exception error, int attempt);
}
