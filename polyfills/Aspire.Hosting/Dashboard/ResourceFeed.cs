using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>The resources as they are now, and to whoever watches, what changes about them.</summary>
internal sealed partial class ResourceFeed : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Wire.Resource> _current = [];
    private readonly HashSet<Channel<Wire.Resource>> _watchers = [];
    private readonly CancellationTokenSource _disposed = new();
    private readonly ILogger<ResourceFeed> _logger;
    private readonly Task _reading;

    public ResourceFeed(ResourceNotificationService notifications, ILogger<ResourceFeed> logger)
    {
        _logger = logger;
        _reading = ReadAsync(notifications, TimeProvider.System.GetUtcNow().UtcDateTime);
    }

    public async IAsyncEnumerable<Wire.WatchResourcesUpdate> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<Wire.Resource>(new() { SingleReader = true });
        var initial = new Wire.InitialResourceData();
        lock (_lock)
        {
            initial.Resources.Add(_current.Values);
            _watchers.Add(channel);
        }

        try
        {
            yield return new() { InitialData = initial };

            while (await channel.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var changes = new Wire.WatchResourcesChanges();
                while (channel.Reader.TryRead(out var resource))
                {
                    changes.Value.Add(new Wire.WatchResourcesChange { Upsert = resource });
                }

                yield return new() { Changes = changes };
            }
        }
        finally
        {
            lock (_lock)
            {
                _watchers.Remove(channel);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        _disposed.Dispose();
    }

    private async Task ReadAsync(ResourceNotificationService notifications, DateTime startedAt)
    {
        try
        {
            await foreach (var change in notifications.WatchAsync(_disposed.Token).ConfigureAwait(false))
            {
                try
                {
                    Publish(ResourceMapper.Map(change, startedAt));
                }
                catch (Exception e)
                {
                    // One resource that cannot be shown must not hide the others.
                    LogNotShown(_logger, e, change.ResourceId);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The AppHost ends.
        }
    }

    private void Publish(Wire.Resource resource)
    {
        lock (_lock)
        {
            _current[resource.Name] = resource;
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(resource);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Error updating resource snapshot for {ResourceId}")]
    private static partial void LogNotShown(ILogger logger, Exception exception, string resourceId);
}
