using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace SocialSentiment.Messaging;

/// <summary>
/// One connection to the broker, opened again whenever it ends, for as long as it takes. The client library's own recovery
/// is switched off: it brings back channels and queues as they were, while here whoever needs a channel opens one and
/// declares what it needs, so that a broker that has lost everything is as good as one that has kept it.
/// </summary>
internal sealed partial class BrokerLink(IConnectionFactory factory, string role, TimeProvider time, ILogger<BrokerConnection> logger)
{
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromSeconds(2);
    private volatile TaskCompletionSource<IConnection> _opened = NewSource();
    private volatile string? _blockedReason;

    /// <summary>The connection, if there is one.</summary>
    public IConnection? Current => _opened.Task is { IsCompletedSuccessfully: true, Result: { IsOpen: true } connection } ? connection : null;

    /// <summary>Why there is no connection; null once there is one.</summary>
    public Exception? LastError { get; private set; }

    /// <summary>Why the broker takes no messages over this connection; null when it does.</summary>
    public string? BlockedReason => _blockedReason;

    /// <summary>Waits until there is a connection.</summary>
    public async Task<IConnection> WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var opened = _opened;
            var connection = await opened.Task.WaitAsync(cancellationToken);
            if (connection.IsOpen)
            {
                return connection;
            }

            // It has ended and its successor is not announced yet, which takes a moment.
            await Task.Delay(s_firstDelay, time, cancellationToken);
        }
    }

    public async Task RunAsync(CancellationToken stoppingToken)
    {
        var delay = s_firstDelay;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var connection = await factory.CreateConnectionAsync($"{factory.ClientProvidedName} ({role})", stoppingToken);
                LogOpened(role, connection.Endpoint.HostName, connection.Endpoint.Port);
                LastError = null;
                var started = time.GetTimestamp();
                await ServeAsync(connection, stoppingToken);

                // A broker that hangs up on us at once is no better than one that does not answer.
                delay = time.GetElapsedTime(started) > s_longestDelay ? s_firstDelay : Longer(delay);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                if (LastError is null)
                {
                    LogUnreachable(role, error.GetBaseException().Message);
                }

                LastError = error;
                delay = Longer(delay);
            }

            await Task.Delay(delay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Hands the connection out until it ends.</summary>
    private async Task ServeAsync(IConnection connection, CancellationToken stoppingToken)
    {
        var ended = new TaskCompletionSource<ShutdownEventArgs>(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionShutdownAsync += (_, shutdown) =>
        {
            ended.TrySetResult(shutdown);
            return Task.CompletedTask;
        };
        connection.ConnectionBlockedAsync += (_, blocked) =>
        {
            _blockedReason = blocked.Reason;
            LogBlocked(blocked.Reason);
            return Task.CompletedTask;
        };
        connection.ConnectionUnblockedAsync += (_, _) =>
        {
            _blockedReason = null;
            LogUnblocked();
            return Task.CompletedTask;
        };

        try
        {
            if (connection.CloseReason is { } closed)
            {
                ended.TrySetResult(closed);
            }
            else
            {
                _opened.SetResult(connection);
            }

            var shutdown = await ended.Task.WaitAsync(stoppingToken);
            LogLost(role, shutdown.ReplyText);
            LastError = shutdown.Exception ?? new IOException(shutdown.ReplyText);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        finally
        {
            _opened = NewSource();
            _blockedReason = null;

            // Closing takes its time with a broker that has fallen silent; the next connection does not wait for it.
            var closing = CloseAsync(connection);
            if (stoppingToken.IsCancellationRequested)
            {
                await closing;
            }
        }
    }

    private static async Task CloseAsync(IConnection connection)
    {
        try
        {
            await connection.AbortAsync(s_closeTimeout);
            await connection.DisposeAsync();
        }
        catch (Exception error) when (BrokerErrors.IsOfTheBroker(error, CancellationToken.None))
        {
            // It is gone one way or the other.
        }
    }

    private static TimeSpan Longer(TimeSpan delay) => TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, s_longestDelay.Ticks));

    private static TaskCompletionSource<IConnection> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(LogLevel.Information, "Connected to the broker at {Host}:{Port}, for {Role}.")]
    private partial void LogOpened(string role, string host, int port);

    [LoggerMessage(LogLevel.Warning, "The broker cannot be reached for {Role}; it will be tried again until it can. {Reason}")]
    private partial void LogUnreachable(string role, string reason);

    [LoggerMessage(LogLevel.Warning, "The connection to the broker for {Role} is lost: {Reason}")]
    private partial void LogLost(string role, string reason);

    [LoggerMessage(LogLevel.Warning, "The broker takes no messages: {Reason}")]
    private partial void LogBlocked(string reason);

    [LoggerMessage(LogLevel.Information, "The broker takes messages again.")]
    private partial void LogUnblocked();
}
