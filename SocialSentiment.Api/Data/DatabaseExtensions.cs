using System.Diagnostics;
using Npgsql;
using SocialSentiment.ServiceDefaults.Health;
using SocialSentiment.ServiceDefaults.Options;

namespace SocialSentiment.Api.Data;

internal static class DatabaseExtensions
{
    private const string ConnectionName = "sentiment";

    public static void AddDatabase(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<DatabaseOptions>("Database");

        var options = builder.Configuration.GetSection("Database").Get<DatabaseOptions>() ?? new DatabaseOptions();
        var connectionString = builder.Configuration.GetConnectionString(ConnectionName) is { Length: > 0 } configured
            ? Tune(configured, options)
            : null;

        builder.AddNpgsqlDbContext<SentimentDbContext>(ConnectionName, settings =>
        {
            settings.ConnectionString = connectionString ?? settings.ConnectionString;

            // The package's own check retries for half a minute before it admits defeat; a probe needs its answer now.
            settings.DisableHealthChecks = true;

            // A reader wants its 503 now, not after half a minute of retries; writers have retries of their own.
            settings.DisableRetry = true;
        });

        // What happens to every post goes past EF Core, on connections of its own: a burst of reads cannot starve it.
        // Without a connection string the service starts all the same, and its health says what is missing.
        builder.Services.AddSingleton(services => Connect(
            connectionString ?? "Host=connection-string-is-missing.invalid", services.GetRequiredService<ILoggerFactory>()));

        // A line per command says nothing that its span does not say better.
        builder.Logging.AddFilter("Npgsql", LogLevel.Warning);

        // Failures are thrown, and whoever catches them says what they mean; twice would be once too often.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Database", LogLevel.Critical);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Query", LogLevel.Critical);

        builder.Services.AddSingleton<DatabaseMigrator>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DatabaseMigrator>());
        builder.Services.AddExceptionHandler<DatabaseUnavailableHandler>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("postgresql", tags: [HealthTags.Dependency]);
    }

    private static NpgsqlDataSource Connect(string connectionString, ILoggerFactory loggers)
    {
        var database = new NpgsqlDataSourceBuilder(connectionString) { Name = "posts" };

        // The same few statements all day. Questions of people are planned each time: the best way to the posts with a
        // rare word is the worst to those with a common one.
        database.ConnectionStringBuilder.MaxAutoPrepare = 40;
        database.UseLoggerFactory(loggers);

        // What a loop asks once a second on nobody's behalf would be a trace of its own each time.
        database.ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(_ => Activity.Current is not null)
            .ConfigureBatchFilter(_ => Activity.Current is not null)
            .EnablePhysicalOpenTracing(false));
        return database.Build();
    }

    private static string Tune(string connectionString, DatabaseOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        settings.ApplicationName ??= "SocialSentiment.Api";
        settings.Timeout = options.ConnectTimeoutSeconds;
        settings.CommandTimeout = options.CommandTimeoutSeconds;
        settings.MaxPoolSize = options.MaxPoolSize;
        settings.KeepAlive = 5;
        settings.TcpKeepAlive = true;
        // A replica that hangs or is cut off in the middle of a transaction must not hold its locks against the others.
        settings.Options = $"-c idle_in_transaction_session_timeout={options.IdleInTransactionTimeoutSeconds}s {settings.Options}".Trim();
        return settings.ConnectionString;
    }
}
