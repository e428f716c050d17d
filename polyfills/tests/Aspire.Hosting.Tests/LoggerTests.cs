using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Tests;

public sealed class LoggerTests : IDisposable
{
    private readonly ResourceLoggerService _loggers = new();
    private readonly CustomResource _resource = new("thing");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _loggers.Dispose();

    [Fact]
    public async Task Who_comes_late_reads_what_was_written_before()
    {
        _loggers.GetLogger(_resource).LogInformation("one");
        _loggers.GetLogger("thing").LogError("two");

        var lines = await ReadAllAsync(_loggers.GetAllAsync(_resource));

        Assert.Equal([(1, false), (2, true)], lines.Select(l => (l.LineNumber, l.IsErrorMessage)));
        Assert.EndsWith("Z one", lines[0].Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watcher_reads_on_until_nothing_more_will_come()
    {
        _loggers.GetLogger(_resource).LogInformation("one");
        var reading = ReadAllAsync(_loggers.WatchAsync(_resource));

        _loggers.GetLogger(_resource).LogInformation("two");
        _loggers.Complete(_resource);

        Assert.Equal([1, 2], (await reading).Select(l => l.LineNumber));
    }

    [Fact]
    public async Task Only_so_many_lines_are_kept()
    {
        for (var i = 1; i <= 10_001; i++)
        {
            _loggers.Write("thing", DateTime.UtcNow, $"line {i}", isError: false);
        }

        var lines = await ReadAllAsync(_loggers.GetAllAsync("thing"));

        Assert.Equal(10_000, lines.Count);
        Assert.EndsWith("line 2", lines[0].Content, StringComparison.Ordinal);
    }

    private static async Task<List<LogLine>> ReadAllAsync(IAsyncEnumerable<IReadOnlyList<LogLine>> batches)
    {
        var lines = new List<LogLine>();
        await foreach (var batch in batches.WithCancellation(Token))
        {
            lines.AddRange(batch);
        }

        return lines;
    }
}
