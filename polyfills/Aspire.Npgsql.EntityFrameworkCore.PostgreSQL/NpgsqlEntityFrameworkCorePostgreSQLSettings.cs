namespace Aspire.Npgsql.EntityFrameworkCore.PostgreSQL;

/// <summary>How a <c>DbContext</c> connects to PostgreSQL, and what to register besides the context.</summary>
public class NpgsqlEntityFrameworkCorePostgreSQLSettings
{
    /// <summary>The connection string of the database.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Leaves failed commands failed instead of trying again; <see langword="false"/> by default.</summary>
    public bool DisableRetry { get; set; }

    /// <summary>Leaves the health check out; <see langword="false"/> by default.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Leaves tracing out; <see langword="false"/> by default.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>Leaves metrics out; <see langword="false"/> by default.</summary>
    public bool DisableMetrics { get; set; }

    /// <summary>How many seconds a command may take; Npgsql's own default if not set.</summary>
    public int? CommandTimeout { get; set; }
}
