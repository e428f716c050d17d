using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql.EntityFrameworkCore.PostgreSQL;
using Npgsql.EntityFrameworkCore.PostgreSQL.Storage.Internal;

namespace Aspire.Npgsql.EntityFrameworkCore.PostgreSQL;

/// <summary>Adds retries and a command timeout to options that somebody else wrote, without overruling what they say.</summary>
internal static class NpgsqlDbContextEnricher
{
    public static void Enrich<TContext>(this DbContextOptionsBuilder options, NpgsqlEntityFrameworkCorePostgreSQLSettings settings)
        where TContext : DbContext
    {
        var configured = options.Options.Extensions.OfType<RelationalOptionsExtension>().SingleOrDefault();

        options.UseNpgsql(npgsql =>
        {
            if (!settings.DisableRetry && !RetriesAlready(configured, options.Options))
            {
                npgsql.EnableRetryOnFailure();
            }

            if (settings.CommandTimeout is int seconds)
            {
                if (configured?.CommandTimeout is int other && other != seconds)
                {
                    throw new InvalidOperationException(
                        $"The CommandTimeout of {nameof(NpgsqlEntityFrameworkCorePostgreSQLSettings)} is {seconds}, that of DbContextOptions<{typeof(TContext).Name}> is {other}. Set one of them, or both alike.");
                }

                npgsql.CommandTimeout(seconds);
            }
        });
    }

#pragma warning disable EF1001 // Internal to EF Core, and there is no other way to see which strategy was configured.
    private static bool RetriesAlready(RelationalOptionsExtension? configured, DbContextOptions options)
    {
        // A strategy looks at nothing but the options when it is made.
        var strategy = configured?.ExecutionStrategyFactory?.Invoke(new ExecutionStrategyDependencies(null!, options, null!));
        return strategy switch
        {
            null => false,
            NpgsqlRetryingExecutionStrategy => true,
            // Exactly the default: a type derived from it is somebody's own strategy.
            _ when strategy.GetType() == typeof(NpgsqlExecutionStrategy) => false,
            _ => throw new InvalidOperationException(
                $"{strategy.GetType().Name} is an execution strategy of your own: set {nameof(NpgsqlEntityFrameworkCorePostgreSQLSettings)}.{nameof(NpgsqlEntityFrameworkCorePostgreSQLSettings.DisableRetry)} to keep it."),
        };
    }
#pragma warning restore EF1001
}
