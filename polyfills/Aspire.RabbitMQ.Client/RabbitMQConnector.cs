using System.Diagnostics;
using System.Net.Sockets;
using Polly;
using Polly.Retry;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Aspire.RabbitMQ.Client;

/// <summary>Makes the first connection, patiently and in view: one span for the whole, one for each attempt.</summary>
internal static class RabbitMQConnector
{
    public const string ActivitySourceName = "Aspire.RabbitMQ.Client";

    private static readonly ActivitySource s_activitySource = new(ActivitySourceName);

    /// <summary>Blocks, as the container that asks for the connection cannot wait otherwise.</summary>
    public static IConnection Connect(IConnectionFactory factory, int retries)
    {
        using var activity = StartActivity("rabbitmq connect", factory);
        return Pipeline(retries)
            .ExecuteAsync(static async (factory, cancellationToken) => await AttemptAsync(factory, cancellationToken).ConfigureAwait(false), factory)
            .AsTask().GetAwaiter().GetResult();
    }

    private static ResiliencePipeline Pipeline(int retries) => retries <= 0
        ? ResiliencePipeline.Empty
        : new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<SocketException>().Handle<BrokerUnreachableException>(),
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromSeconds(1),
                MaxRetryAttempts = retries,
            })
            .Build();

    private static async Task<IConnection> AttemptAsync(IConnectionFactory factory, CancellationToken cancellationToken)
    {
        using var activity = StartActivity("rabbitmq connect attempt", factory)?.AddTag("messaging.operation", "connect");
        try
        {
            return await factory.CreateConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            activity?.AddTag("exception.message", exception.Message)
                .AddTag("exception.stacktrace", exception.ToString())
                .AddTag("exception.type", exception.GetType().FullName)
                .SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }

    private static Activity? StartActivity(string name, IConnectionFactory factory) =>
        s_activitySource.StartActivity(name, ActivityKind.Client)?
            .AddTag("server.address", factory.Uri.Host)
            .AddTag("server.port", factory.Uri.Port)
            .AddTag("messaging.system", "rabbitmq");
}
