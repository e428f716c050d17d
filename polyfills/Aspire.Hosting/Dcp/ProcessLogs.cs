using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dcp;

/// <summary>Copies what processes write, and what DCP says about them, to the logs of their resources.</summary>
internal sealed partial class ProcessLogs(ResourceLoggerService logs, ILogger logger, CancellationToken stopping)
{
    private readonly ConcurrentDictionary<string, Copier[]> _copiers = new(StringComparer.Ordinal);

    /// <summary>Begins with the first line, whenever it is called; a process that is already followed is not followed twice.</summary>
    public void Follow(DcpClient client, string id, string uid) => _copiers.GetOrAdd(uid, _ =>
    {
        Copier[] copiers =
        [
            new(client, id, "stdout", line => WriteOutput(id, line, isError: false)),
            new(client, id, "stderr", line => WriteOutput(id, line, isError: true)),
            new(client, id, "system", line => WriteSystem(id, line)),
        ];
        foreach (var copier in copiers)
        {
            copier.Following = Task.Run(() => TryCopyAsync(copier, follow: true), CancellationToken.None);
        }

        return copiers;
    });

    /// <summary>Brings the log of an ended process up to date at once: DCP may take seconds to end what is followed.</summary>
    public async Task CompleteAsync(string uid)
    {
        if (_copiers.TryGetValue(uid, out var copiers))
        {
            await Task.WhenAll(copiers.Select(c => TryCopyAsync(c, follow: false))).ConfigureAwait(false);
        }
    }

    private async Task TryCopyAsync(Copier copier, bool follow)
    {
        try
        {
            await copier.CopyAsync(follow, stopping).ConfigureAwait(false);
        }
        catch (Exception ex) when (ex is OperationCanceledException or HttpRequestException or IOException)
        {
            // The process was deleted for a restart, or the application stops.
            LogCopyingEnded(ex, copier.Id, copier.Source);
        }
    }

    private void WriteOutput(string id, string line, bool isError)
    {
        var (timestamp, text) = SplitTimestamp(line, ' ');
        logs.Write(id, timestamp, AfterLastCarriageReturn(text), isError);
    }

    // Lines of DCP: time, level, category, message and a JSON object, parted by tabs.
    private void WriteSystem(string id, string line)
    {
        var (timestamp, rest) = SplitTimestamp(line, '\t');
        var parts = rest.Split('\t', 4);
        if (parts.Length >= 3)
        {
            logs.Write(id, timestamp, $"[sys] {parts[2]}{Details(parts.ElementAtOrDefault(3))}", parts[0] == "error");
        }
    }

    private static string Details(string? json)
    {
        try
        {
            using var details = JsonDocument.Parse(json ?? "{}");
            var known = new[] { ("Cmd", "Cmd"), ("Args", "Args"), ("error", "Error") }
                .Where(k => details.RootElement.TryGetProperty(k.Item1, out _))
                .Select(k => $"{k.Item2} = {details.RootElement.GetProperty(k.Item1)}")
                .ToArray();
            return known.Length == 0 ? string.Empty : $": {string.Join(", ", known)}";
        }
        catch (JsonException)
        {
            return $" {json}";
        }
    }

    private static (DateTime Timestamp, string Text) SplitTimestamp(string line, char separator)
    {
        var end = line.IndexOf(separator, StringComparison.Ordinal);
        return end > 0 && DateTime.TryParse(line.AsSpan(0, end), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var timestamp)
            ? (timestamp, line[(end + 1)..])
            : (DateTime.UtcNow, line);
    }

    // Progress bars overwrite their line: what is left of it is what they wrote last.
    private static string AfterLastCarriageReturn(string text)
    {
        text = text.TrimEnd('\r');
        return text[(text.LastIndexOf('\r') + 1)..];
    }

    [LoggerMessage(LogLevel.Debug, "The log '{Source}' of {ResourceId} is no longer read.")]
    private partial void LogCopyingEnded(Exception exception, string resourceId, string source);

    /// <summary>Copies one stream of one process; read twice at a time, each of its lines is still copied once.</summary>
    private sealed class Copier(DcpClient client, string id, string source, Action<string> write)
    {
        private readonly Lock _lock = new();
        private int _copied;

        public string Id => id;

        public string Source => source;

        public Task? Following { get; set; }

        public async Task CopyAsync(bool follow, CancellationToken cancellationToken)
        {
            var read = 0;
            await foreach (var line in client.ReadLogAsync(id, source, follow, cancellationToken).ConfigureAwait(false))
            {
                lock (_lock)
                {
                    if (read++ == _copied)
                    {
                        _copied++;
                        write(line);
                    }
                }
            }
        }
    }
}
