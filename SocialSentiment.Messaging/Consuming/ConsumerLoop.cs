using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SocialSentiment.Messaging;

/// <summary>
/// Consumes for as long as the host runs: waits for the broker, declares what there is, opens a channel, consumes until
/// that ends for whatever reason, and begins again.
/// </summary>
internal sealed partial class ConsumerLoop(BrokerConnection broker, BrokerTopology topology, string source, IConsumption consumption, TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _impatience = new();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await using (cancellationToken.Register(_impatience.Cancel))
        {
            await base.StopAsync(cancellationToken);
        }
    }

    public override void Dispose()
    {
        _impatience.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var delay = s_firstDelay;
        while (!stoppingToken.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            try
            {
                var connection = await broker.WaitAsync(stoppingToken);
                await topology.DeclareAsync(connection, stoppingToken);
                await using var channel = await connection.CreateChannelAsync(cancellationToken: stoppingToken);
                await consumption.ConsumeAsync(channel, stoppingToken, _impatience.Token);
                if (!stoppingToken.IsCancellationRequested)
                {
                    LogEnded(source, channel.CloseReason?.ReplyText ?? "the queue was deleted");
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LogFailed(error, source);
            }

            // What held for a while and broke is tried again at once; what breaks each time, ever more slowly.
            delay = time.GetElapsedTime(started) > s_longestDelay ? s_firstDelay : TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, s_longestDelay.Ticks));
            await Task.Delay(delay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Consuming {Source} was interrupted and begins anew: {Reason}")]
    private partial void LogEnded(string source, string reason);

    [LoggerMessage(LogLevel.Warning, "Consuming {Source} failed and begins anew.")]
    private partial void LogFailed(Exception error, string source);
}
