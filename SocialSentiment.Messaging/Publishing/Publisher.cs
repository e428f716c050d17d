using System.Diagnostics;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace SocialSentiment.Messaging;

/// <summary>Sends messages and knows which of them the broker has: a message is sent when the broker has confirmed it, and not before.</summary>
public sealed class Publisher : IAsyncDisposable
{
    private static readonly TimeSpan s_broadcastTimeout = TimeSpan.FromSeconds(1);
    private readonly BrokerConnection _broker;
    private readonly BrokerTopology _topology;
    private readonly MessagingMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly MessagingOptions _options;
    private readonly PublishSlot[] _slots;
    private readonly BroadcastChannel _broadcasts;
    private int _turn;

    internal Publisher(BrokerConnection broker, BrokerTopology topology, MessagingMetrics metrics, TimeProvider time, IOptions<MessagingOptions> options)
    {
        _broker = broker;
        _topology = topology;
        _metrics = metrics;
        _time = time;
        _options = options.Value;
        _slots = [.. Enumerable.Range(0, _options.PublishChannels).Select(_ => new PublishSlot(topology))];
        _broadcasts = new BroadcastChannel(topology);
    }

    /// <summary>Sends a message; complete once the broker has confirmed it.</summary>
    /// <exception cref="PublishFailedException">The broker has not confirmed it.</exception>
    public async Task PublishAsync<T>(string queue, OutgoingMessage<T> message, CancellationToken cancellationToken)
    {
        if (await PublishBatchAsync(queue, [message], cancellationToken) is [{ } failure])
        {
            throw failure;
        }
    }

    /// <summary>
    /// Sends messages together and says of each, in their order, why the broker has not confirmed it; null if it has. It
    /// takes no longer than <see cref="MessagingOptions.PublishTimeout"/>.
    /// </summary>
    public async Task<IReadOnlyList<PublishFailedException?>> PublishBatchAsync<T>(string queue, IReadOnlyList<OutgoingMessage<T>> messages, CancellationToken cancellationToken)
    {
        if (messages.Count == 0)
        {
            return [];
        }

        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var items = new PublishItem[messages.Count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Prepare(queue, messages[i], now);
        }

        return await SendAsync(exchange: "", queue, queue, items, cancellationToken);
    }

    /// <summary>
    /// Tells whoever listens right now. A hint: it is neither kept nor confirmed, and lost without a word when there is no
    /// broker.
    /// </summary>
    /// <returns>Whether it is on its way. Only who would try again needs to look.</returns>
    public async Task<bool> BroadcastAsync(string exchange, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (_broker.IsBlocked || _broker.Publishing.Current is not { } connection)
        {
            return false;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(s_broadcastTimeout);
        try
        {
            await _broadcasts.SendAsync(connection, exchange, body, deadline.Token);
            return true;
        }
        catch (Exception error) when (BrokerErrors.IsOfTheBroker(error, cancellationToken))
        {
            // That is what a hint is.
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var slot in _slots)
        {
            await slot.DisposeAsync();
        }

        await _broadcasts.DisposeAsync();
    }

    /// <summary>
    /// Sends what is already in the broker's form. <paramref name="queue"/> is what the metrics call it. A caller may
    /// leave; the messages are on their way all the same.
    /// </summary>
    internal Task<IReadOnlyList<PublishFailedException?>> SendAsync(
        string exchange,
        string routingKey,
        string queue,
        IReadOnlyList<PublishItem> items,
        CancellationToken cancellationToken)
        => SendAsync(exchange, routingKey, queue, items).WaitAsync(cancellationToken);

    private async Task<IReadOnlyList<PublishFailedException?>> SendAsync(string exchange, string routingKey, string queue, IReadOnlyList<PublishItem> items)
    {
        var started = _time.GetTimestamp();
        var run = new PublishRun(items);
        using var deadline = new CancellationTokenSource(_options.PublishTimeout, _time);
        await WriteAsync(exchange, routingKey, run, deadline.Token);
        try
        {
            await run.Done.WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            run.SettleRest(TimedOut);
        }

        Report(run, queue, _time.GetElapsedTime(started));
        return run.Failures;
    }

    private async Task WriteAsync(string exchange, string routingKey, PublishRun run, CancellationToken deadline)
    {
        if (_broker.BlockedReason is { } blocked)
        {
            run.SettleRest(() => new PublishFailedException(PublishFailure.NotConnected, $"The broker takes no messages: {blocked}"));
            return;
        }

        if (_broker.Publishing.Current is not { } connection)
        {
            run.SettleRest(() => new PublishFailedException(PublishFailure.NotConnected, "There is no connection to the broker.", _broker.Publishing.LastError));
            return;
        }

        var slot = _slots[(uint)Interlocked.Increment(ref _turn) % (uint)_slots.Length];
        try
        {
            var channel = await slot.GetAsync(connection, deadline);
            await channel.WriteAsync(exchange, routingKey, run, deadline);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            run.SettleRest(TimedOut);
        }
        catch (Exception error) when (BrokerErrors.IsOfTheBroker(error, deadline))
        {
            run.SettleRest(() => new PublishFailedException(PublishFailure.NotConnected, $"The broker was lost: {error.Message}", error));
        }
    }

    private void Report(PublishRun run, string queue, TimeSpan duration)
    {
        var confirmed = 0;
        var missing = false;
        for (var i = 0; i < run.Items.Count; i++)
        {
            if (run.Failures[i] is { } failure)
            {
                _metrics.PublishFailed(queue, failure.Reason);
                MessageTracing.Fail(run.Items[i].Span, failure);
                missing |= failure.Reason == PublishFailure.Returned;
            }
            else
            {
                confirmed++;
            }

            run.Items[i].Span?.Dispose();
        }

        _metrics.Published(queue, confirmed, duration);
        if (missing && _topology.Knows(queue))
        {
            // Somebody deleted the queue while we were connected.
            foreach (var slot in _slots)
            {
                slot.DeclareAgain();
            }
        }
    }

    private static PublishItem Prepare<T>(string queue, OutgoingMessage<T> message, long now)
    {
        var trace = message.Trace;
        var span = MessageTracing.StartPublish(queue, message.MessageId, ref trace);
        var headers = message.Headers is null ? new Dictionary<string, object?>(3) : new Dictionary<string, object?>(message.Headers);
        headers[MessageHeaders.SentAt] = now;
        MessageTracing.Write(trace, headers);
        var properties = new BasicProperties
        {
            MessageId = message.MessageId,
            ContentType = MessageBody<T>.ContentType,
            DeliveryMode = DeliveryModes.Persistent,
            Priority = message.Priority,
            Headers = headers,
        };
        return new PublishItem(properties, MessageBody<T>.Write(message.Body), span);
    }

    private PublishFailedException TimedOut()
        => new(PublishFailure.TimedOut, $"The broker has not confirmed the message within {_options.PublishTimeout.TotalSeconds} s.");
}
