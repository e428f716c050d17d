using SocialSentiment.Api.Failsafe;
using SocialSentiment.Api.Models;
using SocialSentiment.Api.Outbox;
using SocialSentiment.Contracts.Status;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults.Status;

namespace SocialSentiment.Api.Status;

/// <summary>What the API adds to its status: the queues, the workers, the outbox and the circuit breakers.</summary>
internal sealed class ApiStatus(QueueInspector inspector, WorkerRoster roster, OutboxGauge outbox, Replicas breakers) : IStatusSource
{
    /// <summary>Left for the answer when the broker has taken all the time there was.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private static readonly string[] s_queues = [Queues.Analyze, Queues.Suspects, Queues.Results, Queues.Predict, Queues.Replies, Queues.ReplyResults, Queues.Dead];

    public async Task<Func<StatusResponse, StatusResponse>> LookAsync(CancellationToken cancellationToken)
    {
        var queues = await Task.WhenAll(s_queues.Select(name => LookAsync(name, cancellationToken)));
        var failsafe = breakers.Status();
        return status => status with
        {
            Queues = queues,
            Workers = roster.Describe(),
            Outbox = new OutboxStatus(outbox.Size, Math.Round(outbox.Lag.TotalSeconds, 1)),
            Failsafe = new FailsafeStatus(failsafe.State, failsafe.Since, failsafe.NextProbeAt),
        };
    }

    private async Task<QueueStatus> LookAsync(string name, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        try
        {
            var state = await inspector.GetAsync(name, patience.Token).WaitAsync(patience.Token);
            return new QueueStatus(name, state?.Ready, state?.Consumers);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new QueueStatus(name, Ready: null, Consumers: null);
        }
    }
}
