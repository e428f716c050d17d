using SocialSentiment.Contracts.Messages;
using SocialSentiment.Messaging;

namespace SocialSentiment.Api.Replies;

/// <summary>Writes drafts down as they come; those of an order that is over change nothing.</summary>
internal sealed class ReplyResultsHandler(ReplyStore store) : IBatchHandler<ReplyResult>
{
    public async Task HandleAsync(IReadOnlyList<Delivery<ReplyResult>> batch, CancellationToken cancellationToken)
    {
        foreach (var delivery in batch)
        {
            using var span = delivery.Trace == default ? null : ApiTelemetry.Source.StartActivity("store drafts", System.Diagnostics.ActivityKind.Internal, delivery.Trace);
            await store.FinishAsync(delivery.Body, cancellationToken);
        }
    }
}
