using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.Logging;
using Wire = Aspire.Hosting.Dashboard.Wire;

namespace Aspire.Dashboard.Tests;

public sealed class ConsoleLogTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_written_comes_first_and_what_is_written_comes_after()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();
        var log = host.Logs.GetLogger("worker");
        log.LogInformation("before");
        await using var lines = Lines(client, "worker", follow: true).GetAsyncEnumerator(Stop);

        Assert.True(await lines.MoveNextAsync());
        Assert.EndsWith("before", lines.Current.Text, StringComparison.Ordinal);

        log.LogError("after");
        Assert.True(await lines.MoveNextAsync());
        Assert.EndsWith("after", lines.Current.Text, StringComparison.Ordinal);
        Assert.True(lines.Current.IsStdErr);
    }

    [Fact]
    public async Task A_reader_who_does_not_follow_gets_what_there_is_and_the_end()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();
        host.Logs.GetLogger("worker").LogInformation("one");
        host.Logs.GetLogger("worker").LogInformation("two");
        host.Logs.GetLogger("other").LogInformation("elsewhere");

        var lines = await Lines(client, "worker", follow: false).ToListAsync(Stop);

        Assert.Equal([1, 2], lines.Select(l => l.LineNumber));
        Assert.EndsWith("two", lines[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_replica_has_its_own_log()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();
        host.Logs.GetLogger("api-one").LogInformation("from one");
        host.Logs.GetLogger("api-two").LogInformation("from two");

        var line = Assert.Single(await Lines(client, "api-two", follow: false).ToListAsync(Stop));

        Assert.EndsWith("from two", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_logs_go_out_in_pieces_the_dashboard_can_take()
    {
        const int limit = 1024 * 1024;
        LogLine[] lines = [new(1, new string('a', limit - 1), false), new(2, "bb", false), new(3, new string('c', limit + 1), true), new(4, "d", false)];

        var updates = DashboardService.Split(lines).ToList();

        Assert.Equal([[1], [2], [3], [4]], updates.Select(u => u.LogLines.Select(l => l.LineNumber)));
        Assert.Equal(limit, updates[2].LogLines.Single().Text.Length);
    }

    private static IAsyncEnumerable<Wire.ConsoleLogLine> Lines(GrpcClient client, string resource, bool follow)
        => client.StreamAsync("WatchResourceConsoleLogs", new Wire.WatchResourceConsoleLogsRequest { ResourceName = resource, SuppressFollow = !follow }, Wire.WatchResourceConsoleLogsUpdate.Parser, Stop)
            .SelectMany(u => u.LogLines);
}
