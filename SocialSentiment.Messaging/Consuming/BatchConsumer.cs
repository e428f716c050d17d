using System.Diagnostics;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace SocialSentiment.Messaging;

/// <summary>
/// Feeds a handler with what arrives in a queue and sees to it that every message is settled in the end: handled, moved to
/// the dead letters with its reason, or left to the broker, which delivers it again.
/// </summary>
internal sealed partial class BatchConsumer<TMessage>(
    Publisher publisher,
    string queue,
    ConsumerOptions options,
    Func<IReadOnlyList<Delivery<TMessage>>, CancellationToken, Task> handle,
    MessagingMetrics metrics,
    TimeProvider time,
    ILogger logger)
    : IConsumption
{
    private const int LongestError = 1_000;

    private static readonly string[] s_stale = [MessageHeaders.DeliveryCount, MessageHeaders.Reason, MessageHeaders.Error, MessageHeaders.Attempts];

    public async Task ConsumeAsync(IChannel channel, CancellationToken stopping, CancellationToken impatience)
    {
        using var inbox = new Inbox(channel);
        using var settlements = new Settlements(channel);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(inbox.Ended, stopping);
        await inbox.ConsumeAsync(queue, options.Prefetch, stopping);

        var session = new Session(inbox, settlements, leave.Token, impatience);
        var working = Task.WhenAll(Enumerable.Range(0, options.Concurrency).Select(_ => Task.Run(() => WorkAsync(session), CancellationToken.None)));
        await inbox.LeaveAsync(leave.Token, impatience);
        await working;
        await inbox.GiveBackAsync(impatience);
    }

    private async Task WorkAsync(Session session)
    {
        try
        {
            var deliveries = session.Inbox.Deliveries;
            while (await deliveries.WaitToReadAsync(session.Leave))
            {
                var batch = new List<RawDelivery>();
                while (batch.Count < options.BatchSize && !session.Leave.IsCancellationRequested && deliveries.TryRead(out var delivery))
                {
                    batch.Add(delivery);
                }

                if (batch.Count > 0)
                {
                    await ProcessAsync(session, batch);
                }
            }
        }
        catch (OperationCanceledException) when (session.Leave.IsCancellationRequested)
        {
            // What is unsettled is delivered again.
        }
        catch (Exception error) when (BrokerErrors.IsOfTheBroker(error, CancellationToken.None))
        {
            session.Inbox.End();
        }
        catch (Exception error)
        {
            LogBroken(error, queue);
            session.Inbox.End();
        }
    }

    private async Task ProcessAsync(Session session, List<RawDelivery> batch)
    {
        var suspects = new List<RawDelivery>();
        var entries = new List<Entry>(batch.Count);
        foreach (var raw in batch)
        {
            Count(raw);
            if (options.SuspectQueue is not null && MessageHeaders.Number(raw.Headers, MessageHeaders.DeliveryCount) >= options.SuspectAfter)
            {
                suspects.Add(raw);
            }
            else if (await ReadAsync(session, raw) is { } entry)
            {
                entries.Add(entry);
            }
        }

        if (suspects.Count > 0)
        {
            await MoveToSuspectsAsync(session, suspects);
        }

        if (entries.Count == 0)
        {
            return;
        }

        try
        {
            var failed = new List<Entry>();
            await TryAsync(session, entries, failed);
            await RetryAsync(session, failed);
        }
        finally
        {
            entries.ForEach(entry => entry.Span?.Dispose());
        }
    }

    /// <summary>Bisects until what is left in <paramref name="failed"/> failed alone.</summary>
    private async Task TryAsync(Session session, List<Entry> entries, List<Entry> failed)
    {
        if (await CallAsync(session, entries) is not { } error)
        {
            await HandledAsync(session, entries);
        }
        else if (entries is [var alone])
        {
            alone.Failures++;
            alone.Error = error;
            failed.Add(alone);
        }
        else
        {
            LogSplit(queue, entries.Count, $"{error.GetType().Name}: {error.Message}");
            var half = entries.Count / 2;
            await TryAsync(session, entries[..half], failed);
            await TryAsync(session, entries[half..], failed);
        }
    }

    /// <summary>Those that failed alone wait for their next try together, as their neighbours are done by now.</summary>
    private async Task RetryAsync(Session session, List<Entry> failed)
    {
        for (var failures = 1; failed.Count > 0; failures++)
        {
            if (failures >= options.MaxAttempts)
            {
                foreach (var entry in failed)
                {
                    LogRejected(entry.Error, queue, entry.Raw.Properties.MessageId, entry.Attempts);
                    await BuryAsync(session, entry.Raw, DeadLetterReasons.Rejected, entry.Error!, entry.Attempts);
                    MessageTracing.Fail(entry.Span, entry.Error!);
                }

                return;
            }

            await Task.Delay(options.DelayAfter(failures), time, session.Leave);
            var again = new List<Entry>();
            foreach (var entry in failed)
            {
                session.Leave.ThrowIfCancellationRequested();
                metrics.Retried(queue);
                await TryAsync(session, [entry], again);
            }

            failed = again;
        }
    }

    /// <summary>Calls the handler, again and again while something that it depends on is down. Null, or why it failed.</summary>
    private async Task<Exception?> CallAsync(Session session, List<Entry> entries)
    {
        var deliveries = entries.ConvertAll(entry => entry.Delivery());
        for (var pauses = 1; ; pauses++)
        {
            var started = time.GetTimestamp();
            try
            {
                await handle(deliveries, session.Impatience);
                metrics.Tried(queue, entries.Count, time.GetElapsedTime(started));
                return null;
            }
            catch (OperationCanceledException) when (session.Impatience.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception error)
            {
                metrics.Tried(queue, entries.Count, time.GetElapsedTime(started));
                var transient = options.IsTransient(error);
                metrics.Failed(queue, transient);
                if (!transient)
                {
                    return error;
                }

                if (pauses == 1)
                {
                    LogWaiting(queue, entries.Count, error.Message);
                }
            }

            await Task.Delay(options.DelayAfter(pauses), time, session.Leave);
        }
    }

    private async Task HandledAsync(Session session, List<Entry> entries)
    {
        metrics.Handled(queue, entries.Count);
        await session.Settlements.AckAsync([.. entries.Select(entry => entry.Raw.Tag)], session.Impatience);
    }

    private void Count(RawDelivery raw)
        => metrics.Received(queue, SentAt(raw) is { } sent ? time.GetUtcNow() - sent : null);

    private async Task<Entry?> ReadAsync(Session session, RawDelivery raw)
    {
        TMessage body;
        try
        {
            body = MessageBody<TMessage>.Read(raw.Body);
        }
        catch (Exception error)
        {
            // Whatever a converter throws: the next delivery would find the same bytes.
            LogMalformed(error, queue, raw.Properties.MessageId);
            await BuryAsync(session, raw, DeadLetterReasons.Malformed, error, attempts: 1);
            return null;
        }

        var trace = MessageTracing.Read(raw.Headers);
        var span = MessageTracing.StartProcess(queue, raw.Properties.MessageId, ref trace);
        var deliveries = MessageHeaders.Number(raw.Headers, MessageHeaders.DeliveryCount) + MessageHeaders.Number(raw.Headers, MessageHeaders.EarlierDeliveries);
        return new Entry(raw, body, deliveries, SentAt(raw), trace, span);
    }

    /// <summary>Moves a message to the dead letters. It stays ours until the broker has it there.</summary>
    private async Task BuryAsync(Session session, RawDelivery raw, string reason, Exception error, int attempts)
    {
        var words = $"{error.GetType().Name}: {error.Message}";
        var headers = new Dictionary<string, object?>(raw.Headers)
        {
            [MessageHeaders.Origin] = MessageHeaders.Text(raw.Headers, MessageHeaders.Origin) ?? queue,
            [MessageHeaders.Reason] = reason,
            [MessageHeaders.Error] = words.Length > LongestError ? words[..LongestError] : words,
            [MessageHeaders.Attempts] = attempts,
        };
        await MoveAsync(session, Queues.DeadLetters, routingKey: queue, Queues.Dead, [raw], _ => headers);
        metrics.DeadLettered(queue, reason);
    }

    /// <summary>Before anybody has touched them: one of them may be what killed the process that had them.</summary>
    private async Task MoveToSuspectsAsync(Session session, List<RawDelivery> suspects)
    {
        LogSuspects(queue, suspects.Count, options.SuspectQueue!);
        await MoveAsync(session, exchange: "", options.SuspectQueue!, options.SuspectQueue!, suspects, raw =>
        {
            var headers = new Dictionary<string, object?>(raw.Headers)
            {
                [MessageHeaders.Origin] = MessageHeaders.Text(raw.Headers, MessageHeaders.Origin) ?? queue,
                [MessageHeaders.EarlierDeliveries] = MessageHeaders.Number(raw.Headers, MessageHeaders.DeliveryCount) + MessageHeaders.Number(raw.Headers, MessageHeaders.EarlierDeliveries),
            };

            // What an earlier death left behind would be taken for this message's fate.
            foreach (var stale in s_stale)
            {
                headers.Remove(stale);
            }

            return headers;
        });
        metrics.Suspected(queue, suspects.Count);
    }

    /// <summary>Publishes messages elsewhere, for as long as it takes, and only then acknowledges them here.</summary>
    private async Task MoveAsync(
        Session session,
        string exchange,
        string routingKey,
        string name,
        List<RawDelivery> messages,
        Func<RawDelivery, Dictionary<string, object?>> headersOf)
    {
        for (var pauses = 1; ; pauses++)
        {
            var items = messages.Select(raw => new PublishItem(
                new BasicProperties(raw.Properties) { Headers = headersOf(raw), DeliveryMode = DeliveryModes.Persistent, Expiration = null },
                raw.Body,
                Span: null));
            var failures = await publisher.SendAsync(exchange, routingKey, name, [.. items], session.Impatience);
            await session.Settlements.AckAsync([.. messages.Where((_, i) => failures[i] is null).Select(raw => raw.Tag)], session.Impatience);
            messages = [.. messages.Where((_, i) => failures[i] is not null)];
            if (messages.Count == 0)
            {
                return;
            }

            if (pauses == 1)
            {
                LogCannotMove(queue, messages.Count, name, failures.First(failure => failure is not null)!.Message);
            }

            await Task.Delay(options.DelayAfter(pauses), time, session.Leave);
        }
    }

    private static DateTimeOffset? SentAt(RawDelivery raw)
        => MessageHeaders.LongNumber(raw.Headers, MessageHeaders.SentAt) is { } milliseconds and >= 0 and <= 253_402_300_799_999
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;

    /// <summary>One life of the consumption: from opening a channel to its end.</summary>
    /// <param name="Inbox">What has arrived.</param>
    /// <param name="Settlements">Where messages are acknowledged.</param>
    /// <param name="Leave">Fires when nothing new is to be begun: the channel has ended, or the host stops.</param>
    /// <param name="Impatience">Fires when the host no longer waits for work in progress.</param>
    private sealed record Session(Inbox Inbox, Settlements Settlements, CancellationToken Leave, CancellationToken Impatience);

    private sealed class Entry(RawDelivery raw, TMessage body, int deliveries, DateTimeOffset? sentAt, ActivityContext trace, Activity? span)
    {
        public RawDelivery Raw => raw;

        public Activity? Span => span;

        /// <summary>How often it failed alone.</summary>
        public int Failures { get; set; }

        public Exception? Error { get; set; }

        public int Attempts => deliveries + Failures;

        public Delivery<TMessage> Delivery()
            => new(body, raw.Properties.MessageId, deliveries, Attempts + 1, sentAt, trace, raw.Headers);
    }

    [LoggerMessage(LogLevel.Warning, "{Count} messages of {Queue} failed together and are tried apart: {Reason}")]
    private partial void LogSplit(string queue, int count, string reason);

    [LoggerMessage(LogLevel.Error, "Message {MessageId} of {Queue} failed in {Attempts} attempts and goes to the dead letters.")]
    private partial void LogRejected(Exception? error, string queue, string? messageId, int attempts);

    [LoggerMessage(LogLevel.Error, "Message {MessageId} of {Queue} cannot be read and goes to the dead letters.")]
    private partial void LogMalformed(Exception error, string queue, string? messageId);

    [LoggerMessage(LogLevel.Warning, "{Count} messages of {Queue} wait for what their handler depends on: {Reason}")]
    private partial void LogWaiting(string queue, int count, string reason);

    [LoggerMessage(LogLevel.Warning, "{Count} messages of {Queue} came back unsettled; they go to {SuspectQueue}.")]
    private partial void LogSuspects(string queue, int count, string suspectQueue);

    [LoggerMessage(LogLevel.Warning, "{Count} messages of {Queue} cannot be moved to {Name} yet: {Reason}")]
    private partial void LogCannotMove(string queue, int count, string name, string reason);

    [LoggerMessage(LogLevel.Error, "Consuming {Queue} broke; what is unsettled is delivered again.")]
    private partial void LogBroken(Exception error, string queue);
}
