using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql.EntityFrameworkCore.PostgreSQL;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Aspire.Components.Tests.PostgreSQL;

/// <summary>A context that the application registers by itself gets the rest, and keeps what it says.</summary>
public sealed class EnrichNpgsqlDbContextTests
{
    private const string Section = "Aspire:Npgsql:EntityFrameworkCore:PostgreSQL";

    [Fact]
    public void Adds_retries_timeout_and_health_and_keeps_the_connection()
    {
        var builder = Register(_ => { }, (Section + ":CommandTimeout", "1"), (Section + ":NotesContext:CommandTimeout", "9"));
        builder.EnrichNpgsqlDbContext<NotesContext>();
        using var host = builder.Build();
        using var scope = host.Services.CreateScope();

        var database = scope.ServiceProvider.GetRequiredService<NotesContext>().Database;

        Assert.IsType<NpgsqlRetryingExecutionStrategy>(database.CreateExecutionStrategy());
        Assert.Equal(9, database.GetCommandTimeout());
        Assert.Equal("Host=nowhere", database.GetConnectionString());
        var checks = host.Services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations;
        Assert.Equal("NotesContext", Assert.Single(checks).Name);
    }

    [Fact]
    public void Keeps_retries_that_are_configured()
    {
        var builder = Register(npgsql => npgsql.ExecutionStrategy(dependencies => new ThreeRetries(dependencies)));
        builder.EnrichNpgsqlDbContext<NotesContext>();

        Assert.IsType<ThreeRetries>(Resolve(builder).CreateExecutionStrategy());
    }

    [Fact]
    public void Does_not_overrule_a_strategy_of_the_applications_own()
    {
        var builder = Register(npgsql => npgsql.ExecutionStrategy(dependencies => new NonRetryingExecutionStrategy(dependencies)));
        builder.EnrichNpgsqlDbContext<NotesContext>();

        Assert.Contains("DisableRetry", Assert.Throws<InvalidOperationException>(() => Resolve(builder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Leaves_such_a_strategy_in_place_when_told_to()
    {
        var builder = Register(npgsql => npgsql.ExecutionStrategy(dependencies => new NonRetryingExecutionStrategy(dependencies)));
        builder.EnrichNpgsqlDbContext<NotesContext>(settings => settings.DisableRetry = true);

        Assert.IsType<NonRetryingExecutionStrategy>(Resolve(builder).CreateExecutionStrategy());
    }

    [Fact]
    public void Refuses_two_different_timeouts()
    {
        var builder = Register(npgsql => npgsql.CommandTimeout(1));
        builder.EnrichNpgsqlDbContext<NotesContext>(settings => settings.CommandTimeout = 2);

        Assert.Contains("CommandTimeout", Assert.Throws<InvalidOperationException>(() => Resolve(builder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_context_that_is_not_registered()
    {
        var builder = TestApplication.CreateBuilder();

        Assert.Contains("was not registered", Assert.Throws<InvalidOperationException>(() => builder.EnrichNpgsqlDbContext<NotesContext>()).Message, StringComparison.Ordinal);
    }

    private static HostApplicationBuilder Register(Action<NpgsqlDbContextOptionsBuilder> configure, params (string Key, string Value)[] configuration)
    {
        var builder = TestApplication.CreateBuilder(configuration);
        builder.Services.AddDbContextPool<NotesContext>(options => options.UseNpgsql("Host=nowhere", configure));
        return builder;
    }

    /// <summary>The host lives on: what is asked of the database afterwards still needs its services.</summary>
    private static DatabaseFacade Resolve(HostApplicationBuilder builder) =>
        builder.Build().Services.CreateScope().ServiceProvider.GetRequiredService<NotesContext>().Database;

    private sealed class ThreeRetries(ExecutionStrategyDependencies dependencies) : NpgsqlRetryingExecutionStrategy(dependencies, maxRetryCount: 3);
}
