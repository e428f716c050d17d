using Aspire.Components.Tests.Servers;
using Aspire.Components.Tests.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Aspire.Components.Tests.PostgreSQL;

/// <summary>Against a real PostgreSQL.</summary>
public sealed class NpgsqlDbContextTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commands_are_traced_and_measured()
    {
        var builder = TestApplication.CreateBuilder(("ConnectionStrings:db", server.ConnectionString));
        var telemetry = new TelemetryCollector(builder.Services);
        builder.AddNpgsqlDbContext<NotesContext>("db");
        using var host = builder.Build();
        TelemetryCollector.Start(host.Services);

        await WriteAndReadAsync(host.Services);

        Assert.Contains(telemetry.Spans, span => span.Source.Name == "Npgsql");
        Assert.Contains(("Npgsql", "db.client.operation.duration"), telemetry.CollectInstruments(host.Services));
    }

    [Fact]
    public async Task Tracing_and_metrics_can_be_left_out()
    {
        var builder = TestApplication.CreateBuilder(("ConnectionStrings:db", server.ConnectionString));
        var telemetry = new TelemetryCollector(builder.Services);
        builder.AddNpgsqlDbContext<NotesContext>("db", settings => (settings.DisableTracing, settings.DisableMetrics) = (true, true));
        using var host = builder.Build();
        TelemetryCollector.Start(host.Services);

        await WriteAndReadAsync(host.Services);

        Assert.Empty(telemetry.Spans);
        Assert.Empty(telemetry.CollectInstruments(host.Services));
    }

    [Fact]
    public async Task Health_follows_the_server_down_and_up_again()
    {
        await using var mortal = new PostgresServer();
        await mortal.InitializeAsync();
        var builder = TestApplication.CreateBuilder(("ConnectionStrings:db", mortal.ConnectionString));
        builder.AddNpgsqlDbContext<NotesContext>("db");

        // The check retries like any command, which takes a minute; a service gives it a limit of its own.
        builder.Services.Configure<HealthCheckServiceOptions>(options => options.Registrations.Single().Timeout = TimeSpan.FromSeconds(3));
        using var host = builder.Build();
        await WriteAndReadAsync(host.Services);
        await host.Services.WaitForHealthAsync("NotesContext", HealthStatus.Healthy);

        await mortal.CrashAsync();
        await host.Services.WaitForHealthAsync("NotesContext", HealthStatus.Unhealthy);

        await mortal.StartAsync();
        await host.Services.WaitForHealthAsync("NotesContext", HealthStatus.Healthy);
        await WriteAndReadAsync(host.Services);
    }

    private static async Task WriteAndReadAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<NotesContext>();
        await context.Database.EnsureDeletedAsync(Cancellation);
        await context.Database.EnsureCreatedAsync(Cancellation);
        context.Notes.Add(new Note { Text = "hello" });
        await context.SaveChangesAsync(Cancellation);
        Assert.Equal("hello", (await context.Notes.AsNoTracking().SingleAsync(Cancellation)).Text);
    }
}
