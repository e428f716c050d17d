using Aspire.Npgsql.EntityFrameworkCore.PostgreSQL;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql.EntityFrameworkCore.PostgreSQL;

namespace Aspire.Components.Tests.PostgreSQL;

/// <summary>What is registered and how it is configured; no database is needed for that.</summary>
public sealed class NpgsqlDbContextSettingsTests
{
    private const string Section = "Aspire:Npgsql:EntityFrameworkCore:PostgreSQL";

    [Fact]
    public void The_defaults_are_the_real_packages()
    {
        var settings = ReadSettings(TestApplication.CreateBuilder());

        Assert.Null(settings.ConnectionString);
        Assert.Null(settings.CommandTimeout);
        Assert.False(settings.DisableRetry);
        Assert.False(settings.DisableHealthChecks);
        Assert.False(settings.DisableTracing);
        Assert.False(settings.DisableMetrics);
    }

    [Fact]
    public void The_section_is_overruled_by_the_connections_that_by_the_contexts_that_by_the_connection_string_and_all_by_the_lambda()
    {
        var builder = TestApplication.CreateBuilder(
            ($"{Section}:ConnectionString", "Host=section"),
            ($"{Section}:CommandTimeout", "1"),
            ($"{Section}:DisableRetry", "true"),
            ($"{Section}:db:ConnectionString", "Host=connection"),
            ($"{Section}:db:CommandTimeout", "2"),
            ($"{Section}:db:DisableMetrics", "true"),
            ($"{Section}:NotesContext:ConnectionString", "Host=context"),
            ($"{Section}:NotesContext:CommandTimeout", "3"),
            ("ConnectionStrings:db", "Host=connectionstring"));

        var settings = ReadSettings(builder, settings => settings.DisableTracing = true);

        Assert.Equal("Host=connectionstring", settings.ConnectionString);
        Assert.Equal(3, settings.CommandTimeout);
        Assert.True(settings.DisableRetry);
        Assert.True(settings.DisableMetrics);
        Assert.True(settings.DisableTracing);
        Assert.False(settings.DisableHealthChecks);
    }

    [Fact]
    public void A_missing_connection_string_is_told_when_the_context_is_asked_for()
    {
        var builder = TestApplication.CreateBuilder();
        builder.AddNpgsqlDbContext<NotesContext>("db");
        using var host = builder.Build();
        using var scope = host.Services.CreateScope();

        var error = Assert.Throws<InvalidOperationException>(scope.ServiceProvider.GetRequiredService<NotesContext>);

        Assert.StartsWith("ConnectionString is missing.", error.Message, StringComparison.Ordinal);
        Assert.Contains("'ConnectionStrings:db'", error.Message, StringComparison.Ordinal);
        Assert.Contains($"'{Section}:NotesContext'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_are_retried_and_timed_as_the_settings_say()
    {
        var builder = TestApplication.CreateBuilder(("ConnectionStrings:db", "Host=nowhere"));
        builder.AddNpgsqlDbContext<NotesContext>("db", settings => settings.CommandTimeout = 42);

        WithContext(builder, context =>
        {
            Assert.IsType<NpgsqlRetryingExecutionStrategy>(context.Database.CreateExecutionStrategy());
            Assert.Equal(42, context.Database.GetCommandTimeout());
        });
    }

    [Fact]
    public void Retries_can_be_left_out()
    {
        var builder = TestApplication.CreateBuilder(("ConnectionStrings:db", "Host=nowhere"));
        builder.AddNpgsqlDbContext<NotesContext>("db", settings => settings.DisableRetry = true);

        WithContext(builder, context =>
        {
            Assert.False(context.Database.CreateExecutionStrategy().RetriesOnFailure);
            Assert.Null(context.Database.GetCommandTimeout());
        });
    }

    [Fact]
    public void The_context_options_have_the_last_word()
    {
        var builder = TestApplication.CreateBuilder(("ConnectionStrings:db", "Host=nowhere"));
        builder.AddNpgsqlDbContext<NotesContext>(
            "db",
            configureDbContextOptions: options => options.UseNpgsql(npgsql => npgsql.CommandTimeout(7)).UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking));

        WithContext(builder, context =>
        {
            Assert.Equal(7, context.Database.GetCommandTimeout());
            Assert.Equal("Host=nowhere", context.Database.GetConnectionString());
            Assert.Equal(QueryTrackingBehavior.NoTracking, context.ChangeTracker.QueryTrackingBehavior);
        });
    }

    [Fact]
    public void Contexts_are_pooled()
    {
        var builder = TestApplication.CreateBuilder(("ConnectionStrings:db", "Host=nowhere"));
        builder.AddNpgsqlDbContext<NotesContext>("db");
        using var host = builder.Build();

        DbContext first;
        using (var scope = host.Services.CreateScope())
        {
            first = scope.ServiceProvider.GetRequiredService<NotesContext>();
        }

        using var next = host.Services.CreateScope();
        Assert.Same(first, next.ServiceProvider.GetRequiredService<NotesContext>());
    }

    [Fact]
    public void A_second_registration_is_a_mistake_that_development_tells()
    {
        var builder = TestApplication.CreateBuilder();
        builder.AddNpgsqlDbContext<NotesContext>("db");

        Assert.Contains("already registered", Assert.Throws<InvalidOperationException>(() => builder.AddNpgsqlDbContext<NotesContext>("db")).Message, StringComparison.Ordinal);

        builder.Environment.EnvironmentName = Environments.Production;
        builder.AddNpgsqlDbContext<NotesContext>("db");
    }

    [Fact]
    public void The_health_check_is_named_after_the_context_and_can_be_left_out()
    {
        Assert.Equal("NotesContext", Assert.Single(HealthChecks(disable: false)).Name);
        Assert.Empty(HealthChecks(disable: true));
    }

    [Fact]
    public void Names_must_be_given()
    {
        var builder = TestApplication.CreateBuilder();

        Assert.Throws<ArgumentNullException>(() => builder.AddNpgsqlDbContext<NotesContext>(null!));
        Assert.Throws<ArgumentException>(() => builder.AddNpgsqlDbContext<NotesContext>(""));
        Assert.Throws<ArgumentNullException>(() => ((IHostApplicationBuilder)null!).AddNpgsqlDbContext<NotesContext>("db"));
        Assert.Throws<ArgumentNullException>(() => ((IHostApplicationBuilder)null!).EnrichNpgsqlDbContext<NotesContext>());
    }

    private static NpgsqlEntityFrameworkCorePostgreSQLSettings ReadSettings(
        HostApplicationBuilder builder, Action<NpgsqlEntityFrameworkCorePostgreSQLSettings>? configure = null)
    {
        NpgsqlEntityFrameworkCorePostgreSQLSettings? seen = null;
        builder.AddNpgsqlDbContext<NotesContext>("db", settings =>
        {
            configure?.Invoke(settings);
            seen = settings;
        });
        return seen!;
    }

    private static ICollection<HealthCheckRegistration> HealthChecks(bool disable)
    {
        var builder = TestApplication.CreateBuilder();
        builder.AddNpgsqlDbContext<NotesContext>("db", settings => settings.DisableHealthChecks = disable);
        using var host = builder.Build();
        return host.Services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations;
    }

    private static void WithContext(HostApplicationBuilder builder, Action<NotesContext> assert)
    {
        using var host = builder.Build();
        using var scope = host.Services.CreateScope();
        assert(scope.ServiceProvider.GetRequiredService<NotesContext>());
    }
}
