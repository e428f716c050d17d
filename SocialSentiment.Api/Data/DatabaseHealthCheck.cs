using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SocialSentiment.Api.Data;

/// <summary>Asks the database a question, once: a pooled connection alone may be a dead one.</summary>
internal sealed class DatabaseHealthCheck(SentimentDbContext db) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var connection = db.Database.GetDbConnection();
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT 1";
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy("answers");
        }
        catch (DbException error)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "does not answer", error);
        }
        finally
        {
            await connection.CloseAsync();
        }
    }
}
