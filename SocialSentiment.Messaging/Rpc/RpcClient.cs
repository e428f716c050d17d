using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace SocialSentiment.Messaging;

/// <summary>Asks and waits for the answer, as long as it has patience. Nobody works on a question that it no longer waits for.</summary>
public sealed class RpcClient : IAsyncDisposable
{
    private const string ReplyTo = "amq.rabbitmq.reply-to";

    private readonly BrokerConnection _broker;
    private readonly BrokerTopology _topology;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _opening = new(1, 1);
    private volatile RpcChannel? _channel;

    internal RpcClient(BrokerConnection broker, BrokerTopology topology, TimeProvider time)
    {
        _broker = broker;
        _topology = topology;
        _time = time;
    }

    /// <summary>Sends a request to a queue and waits for its answer.</summary>
    /// <exception cref="RpcTimeoutException">Nobody answered within <paramref name="patience"/>.</exception>
    /// <exception cref="RpcOverloadedException">The queue is full, or who should answer has no room for more.</exception>
    /// <exception cref="RpcFailedException">Who should answer tried and failed.</exception>
    /// <exception cref="RpcUnavailableException">There is no broker, or no such queue.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(string queue, TRequest request, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var span = MessageTracing.StartCall(queue, out var trace);
        try
        {
            return MessageBody<TResponse>.Read(await CallAsync(queue, MessageBody<TRequest>.Write(request), MessageBody<TRequest>.ContentType, trace, patience, cancellationToken));
        }
        catch (JsonException error)
        {
            var failure = new RpcFailedException($"The answer cannot be read: {error.Message}");
            MessageTracing.Fail(span, failure);
            throw failure;
        }
        catch (Exception error)
        {
            MessageTracing.Fail(span, error);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_channel is { } channel)
        {
            await channel.DisposeAsync();
        }

        _opening.Dispose();
    }

    private async Task<byte[]> CallAsync(string queue, byte[] body, string contentType, ActivityContext trace, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (_broker.BlockedReason is { } blocked)
        {
            throw new RpcUnavailableException($"The broker takes no messages: {blocked}");
        }

        if (_broker.Publishing.Current is not { } connection)
        {
            throw new RpcUnavailableException("There is no connection to the broker.", _broker.LastError);
        }

        var started = _time.GetTimestamp();
        using var deadline = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var channel = await OpenAsync(connection, either.Token);

            // Opening the channel may have taken some of the patience already.
            var remaining = Math.Max(1, (long)(patience - _time.GetElapsedTime(started)).TotalMilliseconds);
            var headers = new Dictionary<string, object?>(4)
            {
                [MessageHeaders.SentAt] = _time.GetUtcNow().ToUnixTimeMilliseconds(),
                [MessageHeaders.Patience] = remaining,
            };
            MessageTracing.Write(trace, headers);
            var properties = new BasicProperties
            {
                ReplyTo = ReplyTo,
                Expiration = remaining.ToString(CultureInfo.InvariantCulture),
                DeliveryMode = DeliveryModes.Transient,
                ContentType = contentType,
                Headers = headers,
            };
            return await channel.CallAsync(queue, properties, body, deadline.Token, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new RpcTimeoutException(string.Create(CultureInfo.InvariantCulture, $"Nobody answered the request in {queue} within {patience.TotalSeconds:0.##} s."));
        }
        catch (Exception error) when (BrokerErrors.IsOfTheBroker(error, CancellationToken.None))
        {
            throw new RpcUnavailableException($"The broker was lost: {error.Message}", error);
        }
    }

    private async ValueTask<RpcChannel> OpenAsync(IConnection connection, CancellationToken cancellationToken)
    {
        if (_channel is { IsOpen: true } open)
        {
            return open;
        }

        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_channel is { IsOpen: true } opened)
            {
                return opened;
            }

            if (_channel is { } ended)
            {
                _channel = null;
                await ended.DisposeAsync();
            }

            await _topology.DeclareAsync(connection, cancellationToken);
            return _channel = await RpcChannel.OpenAsync(connection, cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Requests go out and answers come in over the same channel; that is what direct reply-to asks for.</summary>
    private sealed class RpcChannel : AsyncDefaultBasicConsumer, IAsyncDisposable
    {
        private readonly IChannel _channel;
        private readonly ConcurrentDictionary<string, TaskCompletionSource<byte[]>> _calls = new(StringComparer.Ordinal);
        private readonly ConcurrentDictionary<ulong, string> _unconfirmed = new();
        private readonly SemaphoreSlim _writing = new(1, 1);
        private ulong _last;
        private ulong _lowest = 1;
        private volatile bool _ended;

        private RpcChannel(IChannel channel)
            : base(channel)
        {
            _channel = channel;
            channel.BasicAcksAsync += (_, ack) => OnWord(ack.DeliveryTag, ack.Multiple, refused: false);
            channel.BasicNacksAsync += (_, nack) => OnWord(nack.DeliveryTag, nack.Multiple, refused: true);
            channel.BasicReturnAsync += OnReturned;
            channel.ChannelShutdownAsync += (_, shutdown) =>
            {
                End(shutdown.ReplyText);
                return Task.CompletedTask;
            };
        }

        public bool IsOpen => !_ended && _channel.IsOpen;

        public static async Task<RpcChannel> OpenAsync(IConnection connection, CancellationToken cancellationToken)
        {
            var channel = new RpcChannel(await connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false),
                cancellationToken));
            await channel._channel.BasicConsumeAsync(ReplyTo, autoAck: true, channel, cancellationToken);
            return channel;
        }

        public async Task<byte[]> CallAsync(string queue, BasicProperties properties, byte[] body, CancellationToken deadline, CancellationToken cancellationToken)
        {
            var id = Guid.NewGuid().ToString("N");
            properties.CorrelationId = id;
            var answer = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
            _calls[id] = answer;
            try
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline, cancellationToken);
                await WriteAsync(queue, id, properties, body, deadline).WaitAsync(either.Token);
                return await answer.Task.WaitAsync(either.Token);
            }
            finally
            {
                _calls.TryRemove(id, out _);
            }
        }

        public override Task HandleBasicDeliverAsync(
            string consumerTag,
            ulong deliveryTag,
            bool redelivered,
            string exchange,
            string routingKey,
            IReadOnlyBasicProperties properties,
            ReadOnlyMemory<byte> body,
            CancellationToken cancellationToken = default)
        {
            if (properties.CorrelationId is { } id && _calls.TryGetValue(id, out var answer))
            {
                var headers = MessageHeaders.Read(properties.Headers);
                if (MessageHeaders.Text(headers, MessageHeaders.Failure) is not { } failure)
                {
                    answer.TrySetResult(body.ToArray());
                }
                else
                {
                    var words = MessageHeaders.Text(headers, MessageHeaders.Error) ?? failure;
                    answer.TrySetException(failure switch
                    {
                        RpcFailures.Overloaded => new RpcOverloadedException(words),
                        RpcFailures.Late => new RpcTimeoutException(words),
                        _ => new RpcFailedException(words),
                    });
                }
            }

            return Task.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            End("closed");
            try
            {
                await _channel.DisposeAsync();
            }
            catch (Exception error) when (BrokerErrors.IsOfTheBroker(error, CancellationToken.None))
            {
                // It is gone one way or the other.
            }
        }

        private async Task WriteAsync(string queue, string id, BasicProperties properties, byte[] body, CancellationToken deadline)
        {
            await _writing.WaitAsync(deadline);
            try
            {
                ObjectDisposedException.ThrowIf(_ended, this);
                _unconfirmed[++_last] = id;

                // Whoever gives up meanwhile: a request that is being written is written whole, or the others would lose
                // the channel too.
                await _channel.BasicPublishAsync(exchange: "", queue, mandatory: true, properties, body, CancellationToken.None);
            }
            catch (Exception error)
            {
                // Nobody knows now what number the broker gives to the next message.
                End(error.Message);
                throw;
            }
            finally
            {
                _writing.Release();
            }
        }

        private Task OnWord(ulong tag, bool multiple, bool refused)
        {
            for (var number = multiple ? _lowest : tag; number <= tag; number++)
            {
                if (_unconfirmed.TryRemove(number, out var id) && refused)
                {
                    Fail(id, new RpcOverloadedException("The queue is full."));
                }
            }

            if (multiple)
            {
                _lowest = tag + 1;
            }

            return Task.CompletedTask;
        }

        private Task OnReturned(object sender, BasicReturnEventArgs returned)
        {
            if (returned.BasicProperties.CorrelationId is { } id)
            {
                Fail(id, new RpcUnavailableException($"There is no queue {returned.RoutingKey}."));
            }

            return Task.CompletedTask;
        }

        private void End(string reason)
        {
            _ended = true;
            foreach (var id in _calls.Keys)
            {
                Fail(id, new RpcUnavailableException($"The broker was lost before it answered: {reason}"));
            }
        }

        private void Fail(string id, Exception error)
        {
            if (_calls.TryGetValue(id, out var answer))
            {
                answer.TrySetException(error);
            }
        }
    }
}
