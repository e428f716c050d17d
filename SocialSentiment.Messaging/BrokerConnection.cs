using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace SocialSentiment.Messaging;

/// <summary>
/// The one connection of this process to the broker. It opens it, however long the broker takes to appear; the client
/// library reconnects it when it breaks; and should it end for good all the same, a new one is opened.
/// </summary>
public sealed partial class BrokerConnection(IConnectionFactory factory, TimeProvider time, ILogger<BrokerConnection> logger) : BackgroundService
{
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromSeconds(2);
    private volatile TaskCompletionSource<IConnection> _opened = NewSource();

    /// <summary>The connection, whole or being recovered; null before it was first opened.</summary>
    public IConnection? Current => _opened.Task is { IsCompletedSuccessfully: true, Result: var connection } ? connection : null;

    /// <summary>Why there is no connection; null once there is one.</summary>
    public Exception? LastError { get; private set; }

    /// <summary>Waits until there is a connection.</summary>
    public Task<IConnection> WaitAsync(CancellationToken cancellationToken) => _opened.Task.WaitAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var connection = await OpenAsync(stoppingToken);
            try
            {
                await ServeAsync(connection, stoppingToken);
            }
            finally
            {
                await connection.AbortAsync(s_closeTimeout);
                await connection.DisposeAsync();
            }
        }
    }

    private async Task<IConnection> OpenAsync(CancellationToken stoppingToken)
    {
        for (var delay = s_firstDelay; ; delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, s_longestDelay.Ticks)))
        {
            try
            {
                var connection = await factory.CreateConnectionAsync(stoppingToken);
                LastError = null;
                LogOpened(connection.Endpoint.HostName, connection.Endpoint.Port);
                return connection;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                if (LastError is null)
                {
                    LogUnreachable(error.GetBaseException().Message);
                }

                LastError = error;
                await Task.Delay(delay, time, stoppingToken);
            }
        }
    }

    /// <summary>Hands the connection out until it has ended for good.</summary>
    private async Task ServeAsync(IConnection connection, CancellationToken stoppingToken)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.RecoverySucceededAsync += (_, _) =>
        {
            LogRecovered();
            return Task.CompletedTask;
        };
        connection.ConnectionShutdownAsync += (_, shutdown) =>
        {
            if (!stoppingToken.IsCancellationRequested)
            {
                LogLost(shutdown.ReplyText);
            }

            if (!IsRecovered(shutdown))
            {
                ended.TrySetResult();
            }

            return Task.CompletedTask;
        };

        if (connection.CloseReason is { } reason && !IsRecovered(reason))
        {
            return;
        }

        _opened.SetResult(connection);
        try
        {
            await ended.Task.WaitAsync(stoppingToken);
        }
        finally
        {
            _opened = NewSource();
        }
    }

    /// <summary>The library reconnects after everything but a close of our own and a broker that withdrew its permission.</summary>
    private static bool IsRecovered(ShutdownEventArgs shutdown)
        => shutdown.Initiator != ShutdownInitiator.Application && shutdown.ReplyCode != Constants.AccessRefused;

    private static TaskCompletionSource<IConnection> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(LogLevel.Information, "Connected to the broker at {Host}:{Port}.")]
    private partial void LogOpened(string host, int port);

    [LoggerMessage(LogLevel.Warning, "The broker cannot be reached; it will be tried again until it can. {Reason}")]
    private partial void LogUnreachable(string reason);

    [LoggerMessage(LogLevel.Warning, "The connection to the broker is lost: {Reason}")]
    private partial void LogLost(string reason);

    [LoggerMessage(LogLevel.Information, "The connection to the broker is back.")]
    private partial void LogRecovered();
}
