using System.Diagnostics;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace SocialSentiment.Messaging;

/// <summary>Answers the requests in a queue, as many at once as the prefetch allows, and none that nobody waits for any more.</summary>
internal sealed partial class RpcServer<TRequest, TResponse>(
    BrokerConnection broker,
    string queue,
    ConsumerOptions options,
    Func<TRequest, RpcContext, CancellationToken, Task<TResponse>> handle,
    MessagingMetrics metrics,
    TimeProvider time,
    ILogger logger)
    : IConsumption
{
    /// <summary>How long a reply may take to leave; a broker that takes no messages does not even refuse them.</summary>
    private static readonly TimeSpan s_replyTimeout = TimeSpan.FromSeconds(5);

    /// <summary>For a caller who did not say; <see cref="RpcClient"/> always does.</summary>
    private static readonly TimeSpan s_defaultPatience = TimeSpan.FromSeconds(60);

    /// <summary>The broker counts from the arrival of a request, and a request is on its way to it and to us for a moment.</summary>
    private static readonly TimeSpan s_longestWay = TimeSpan.FromSeconds(1);

    public async Task ConsumeAsync(IChannel channel, CancellationToken stopping, CancellationToken impatience)
    {
        // Replies go over the connection that publishes, so that a broker that takes no messages still takes our word on
        // what we consumed.
        var publishing = await broker.Publishing.WaitAsync(stopping);
        await using var replies = await publishing.CreateChannelAsync(cancellationToken: stopping);
        using var inbox = new Inbox(channel);
        using var settlements = new Settlements(channel);
        replies.ChannelShutdownAsync += (_, _) =>
        {
            inbox.End();
            return Task.CompletedTask;
        };

        using var leave = CancellationTokenSource.CreateLinkedTokenSource(inbox.Ended, stopping);
        await inbox.ConsumeAsync(queue, options.Prefetch, stopping);

        var working = WorkAsync(inbox, replies, settlements, leave.Token, impatience);
        await inbox.LeaveAsync(leave.Token, impatience);
        await working;
        await inbox.GiveBackAsync(impatience);
    }

    private async Task WorkAsync(Inbox inbox, IChannel replies, Settlements settlements, CancellationToken leave, CancellationToken impatience)
    {
        var running = new HashSet<Task>();
        try
        {
            while (await inbox.Deliveries.WaitToReadAsync(leave))
            {
                while (!leave.IsCancellationRequested && inbox.Deliveries.TryRead(out var delivery))
                {
                    running.Add(ServeAsync(delivery, replies, settlements, impatience));
                }

                running.RemoveWhere(task => task.IsCompleted);
            }
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            // What was not begun goes back.
        }

        await Task.WhenAll(running);
    }

    /// <summary>Never throws: nobody would look.</summary>
    private async Task ServeAsync(RawDelivery raw, IChannel replies, Settlements settlements, CancellationToken impatience)
    {
        var received = time.GetTimestamp();
        await Task.Yield();
        var sent = MessageHeaders.LongNumber(raw.Headers, MessageHeaders.SentAt);
        var waited = TimeSpan.FromMilliseconds(sent is { } at ? time.GetUtcNow().ToUnixTimeMilliseconds() - at : 0);
        metrics.Received(queue, sent is null ? null : waited);
        var trace = MessageTracing.Read(raw.Headers);
        using var span = MessageTracing.StartServe(queue, ref trace);
        try
        {
            var remaining = Remaining(raw, waited) - time.GetElapsedTime(received);
            if (remaining > TimeSpan.Zero)
            {
                using var deadline = new CancellationTokenSource(remaining, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, impatience);
                var started = time.GetTimestamp();
                var (body, failure, words) = await AnswerAsync(raw, new RpcContext(remaining, trace, raw.Headers), span, either.Token);
                metrics.Tried(queue, 1, time.GetElapsedTime(started));
                if (!impatience.IsCancellationRequested)
                {
                    await ReplyAsync(replies, raw, body, failure, words);
                }
            }

            await settlements.AckAsync([raw.Tag], impatience);
        }
        catch (Exception error) when (error is OperationCanceledException || BrokerErrors.IsOfTheBroker(error, impatience))
        {
            // The broker delivers the request again, to us or to another, if it is still waited for.
        }
        catch (Exception error)
        {
            LogBroken(error, queue);
        }
    }

    private async Task<(byte[] Body, string? Failure, string? Words)> AnswerAsync(RawDelivery raw, RpcContext context, Activity? span, CancellationToken cancellationToken)
    {
        try
        {
            Activity.Current = span;
            var response = await handle(MessageBody<TRequest>.Read(raw.Body), context, cancellationToken);
            metrics.Handled(queue, 1);
            return (MessageBody<TResponse>.Write(response), null, null);
        }
        catch (RpcOverloadedException overloaded)
        {
            metrics.Failed(queue, transient: true);
            MessageTracing.Fail(span, overloaded);
            return ([], RpcFailures.Overloaded, overloaded.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ([], RpcFailures.Late, "the time was up");
        }
        catch (Exception error)
        {
            metrics.Failed(queue, transient: false);
            MessageTracing.Fail(span, error);
            LogFailed(error, queue);
            return ([], RpcFailures.Failed, $"{error.GetType().Name}: {error.Message}");
        }
    }

    private async Task ReplyAsync(IChannel replies, RawDelivery raw, byte[] body, string? failure, string? words)
    {
        if (raw.Properties.ReplyTo is not { } replyTo)
        {
            return;
        }

        var properties = new BasicProperties { CorrelationId = raw.Properties.CorrelationId, DeliveryMode = DeliveryModes.Transient };
        if (failure is not null)
        {
            properties.Headers = new Dictionary<string, object?> { [MessageHeaders.Failure] = failure, [MessageHeaders.Error] = words };
        }

        using var timeout = new CancellationTokenSource(s_replyTimeout, time);
        await replies.BasicPublishAsync(exchange: "", replyTo, mandatory: false, properties, body, timeout.Token);
    }

    /// <summary>
    /// What is left of the caller's patience. The broker drops what waits longer than that, so if by our clock a request
    /// waited much longer, or arrived before it was sent, the two clocks disagree, and ours is not to be trusted with it.
    /// </summary>
    private static TimeSpan Remaining(RawDelivery raw, TimeSpan waited)
    {
        var patience = MessageHeaders.LongNumber(raw.Headers, MessageHeaders.Patience) is { } milliseconds and > 0 and < int.MaxValue
            ? TimeSpan.FromMilliseconds(milliseconds)
            : s_defaultPatience;
        return waited < TimeSpan.Zero || waited > patience + s_longestWay ? patience : patience - waited;
    }

    [LoggerMessage(LogLevel.Warning, "A request in {Queue} failed.")]
    private partial void LogFailed(Exception error, string queue);

    [LoggerMessage(LogLevel.Error, "Answering a request in {Queue} broke.")]
    private partial void LogBroken(Exception error, string queue);
}

/// <summary>How a server says that there is no answer.</summary>
internal static class RpcFailures
{
    public const string Overloaded = "overloaded";
    public const string Failed = "failed";
    public const string Late = "late";
}
