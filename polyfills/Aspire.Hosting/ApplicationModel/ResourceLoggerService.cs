using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);

/// <summary>What each resource has written: the output of its process and what the host logged about it.</summary>
public class ResourceLoggerService : IDisposable
{
    private readonly ConcurrentDictionary<string, ResourceLog> _logs = new(StringComparer.OrdinalIgnoreCase);

    public ILogger GetLogger(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);

        return new ResourceLogger([.. resource.GetResolvedResourceNames().Select(GetLog)]);
    }

    public ILogger GetLogger(string resourceName) => new ResourceLogger([GetLog(resourceName)]);

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);

        return Merge([.. resource.GetResolvedResourceNames().Select(GetLog)], (log, token) => log.WatchAsync(token));
    }

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName) => GetLog(resourceName).WatchAsync();

    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);

        return Merge([.. resource.GetResolvedResourceNames().Select(GetLog)], (log, _) => log.GetAllAsync());
    }

    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(string resourceName) => GetLog(resourceName).GetAllAsync();

    /// <summary>Nothing more will be written: those who watch come to the end.</summary>
    public void Complete(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);

        foreach (var name in resource.GetResolvedResourceNames())
        {
            Complete(name);
        }
    }

    public void Complete(string name) => GetLog(name).Complete();

    public void ClearBacklog(string resourceName) => GetLog(resourceName).Clear();

    public void Dispose()
    {
        foreach (var log in _logs.Values)
        {
            log.Complete();
        }
    }

    internal void Write(string resourceName, DateTime timestamp, string content, bool isError) => GetLog(resourceName).Write(timestamp, content, isError);

    private static async IAsyncEnumerable<IReadOnlyList<LogLine>> Merge(
        ResourceLog[] logs,
        Func<ResourceLog, CancellationToken, IAsyncEnumerable<IReadOnlyList<LogLine>>> read,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var merged = Channel.CreateUnbounded<IReadOnlyList<LogLine>>();
        _ = CopyAllAsync();

        await foreach (var batch in merged.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return batch;
        }

        async Task CopyAllAsync()
        {
            Exception? fault = null;
            try
            {
                await Task.WhenAll(logs.Select(async log =>
                {
                    await foreach (var batch in read(log, cancellationToken).ConfigureAwait(false))
                    {
                        merged.Writer.TryWrite(batch);
                    }
                })).ConfigureAwait(false);
            }
            catch (Exception ex)
            {
                fault = ex;
            }

            merged.Writer.TryComplete(fault);
        }
    }

    private ResourceLog GetLog(string resourceName)
    {
        ArgumentNullException.ThrowIfNull(resourceName);

        return _logs.GetOrAdd(resourceName, _ => new ResourceLog());
    }

    /// <summary>The last lines of one resource instance, and those who wait for the next.</summary>
    private sealed class ResourceLog
    {
        private const int Capacity = 10_000;
        private const string TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffffffK";

        private readonly Lock _lock = new();
        private readonly Queue<(string Content, bool IsError)> _history = new();
        private readonly List<Channel<(string Content, bool IsError)>> _watchers = [];
        private bool _completed;

        public void Write(DateTime timestamp, string content, bool isError)
        {
            var entry = ($"{timestamp.ToString(TimestampFormat, CultureInfo.InvariantCulture)} {content}", isError);
            lock (_lock)
            {
                if (_completed)
                {
                    return;
                }

                if (_history.Count == Capacity)
                {
                    _history.Dequeue();
                }

                _history.Enqueue(entry);
                _watchers.ForEach(w => w.Writer.TryWrite(entry));
            }
        }

        public void Complete()
        {
            lock (_lock)
            {
                _completed = true;
                _watchers.ForEach(w => w.Writer.TryComplete());
            }
        }

        public void Clear()
        {
            lock (_lock)
            {
                _history.Clear();
            }
        }

        public async IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync()
        {
            List<(string, bool)> entries;
            lock (_lock)
            {
                entries = [.. _history];
            }

            await Task.CompletedTask.ConfigureAwait(false);
            yield return Number(entries, 1);
        }

        public async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            var watcher = Channel.CreateUnbounded<(string, bool)>();
            List<(string, bool)> batch;
            lock (_lock)
            {
                batch = [.. _history];
                _watchers.Add(watcher);
                if (_completed)
                {
                    watcher.Writer.TryComplete();
                }
            }

            try
            {
                var next = 1;
                while (true)
                {
                    if (batch.Count > 0)
                    {
                        yield return Number(batch, next);
                        next += batch.Count;
                    }

                    if (!await watcher.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
                    {
                        yield break;
                    }

                    batch = [];
                    while (watcher.Reader.TryRead(out var entry))
                    {
                        batch.Add(entry);
                    }
                }
            }
            finally
            {
                lock (_lock)
                {
                    _watchers.Remove(watcher);
                }
            }
        }

        private static LogLine[] Number(List<(string Content, bool IsError)> entries, int first) =>
            [.. entries.Select((e, i) => new LogLine(first + i, e.Content, e.IsError))];
    }

    /// <summary>What the host logs about a resource goes to all of its instances.</summary>
    private sealed class ResourceLogger(ResourceLog[] logs) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var message = formatter(state, exception) + (exception is null ? string.Empty : $"\n{exception}");
            foreach (var log in logs)
            {
                log.Write(DateTime.UtcNow, message, logLevel >= LogLevel.Error);
            }
        }
    }
}
