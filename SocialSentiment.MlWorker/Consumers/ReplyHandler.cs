using System.Diagnostics;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Messaging;
using SocialSentiment.MlWorker.Replies;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.ServiceDefaults.Faults;

namespace SocialSentiment.MlWorker.Consumers;

/// <summary>
/// Carries out orders for drafts, one after the other. An order is settled only after the broker has its drafts: a worker
/// that dies on the way leaves it to the next one, which begins anew.
/// </summary>
internal sealed class ReplyHandler(ReplyWriter writer, OrderBook book, Publisher publisher, ServiceInfo service, TimeProvider time) : IBatchHandler<ReplyJob>
{
    /// <summary>So many workers have died with an order in hand: it may have been the model, and templates kill nobody.</summary>
    private const int TooManyDeaths = 2;

    public async Task HandleAsync(IReadOnlyList<Delivery<ReplyJob>> batch, CancellationToken cancellationToken)
    {
        foreach (var delivery in batch)
        {
            await HandleAsync(delivery, cancellationToken);
        }
    }

    private async Task HandleAsync(Delivery<ReplyJob> delivery, CancellationToken cancellationToken)
    {
        var job = delivery.Body;
        if (book.IsUnwanted(job.JobId))
        {
            return;
        }

        using var span = delivery.Trace == default ? null : WorkerTelemetry.Source.StartActivity("draft replies", ActivityKind.Internal, delivery.Trace);
        span?.SetTag("sentiment.reply.job", job.JobId).SetTag("sentiment.post.id", job.PostId);
        using var work = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var begun = book.Begin(job.JobId, work);
        await Failpoint.HitAsync("reply.received", cancellationToken);
        var startedAt = time.GetUtcNow();
        WrittenDrafts written;
        try
        {
            await using var progress = new ProgressTeller(publisher, job.JobId, job.Count);
            written = await writer.WriteAsync(job, isSafeOnly: delivery.DeliveryCount >= TooManyDeaths, progress.Set, work.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            span?.SetTag("sentiment.reply.cancelled", true);
            return;
        }

        var result = new ReplyResult(job.JobId, written.Situation.Label, written.Drafts, written.Note, service.Instance, startedAt);
        await Failpoint.HitAsync("reply.before-publish", cancellationToken);
        await publisher.PublishAsync(Queues.ReplyResults, new OutgoingMessage<ReplyResult>(result, job.JobId.ToString("N"), span?.Context ?? delivery.Trace), cancellationToken);
        await Failpoint.HitAsync("reply.after-publish", cancellationToken);
    }
}
