using Microsoft.Extensions.Options;

namespace SocialSentiment.Api.Predictions;

/// <summary>Lets so many in at once and no more: who cannot be served in time is better told at once. Singles and batches have a door each.</summary>
internal sealed class PredictionGate(IOptions<PredictionsOptions> options, PredictionMetrics metrics)
{
    private int _singles;
    private int _batches;

    public bool TryEnter(bool isBatch)
    {
        var isIn = isBatch ? TryEnter(ref _batches, options.Value.MaxConcurrentBatches) : TryEnter(ref _singles, options.Value.MaxConcurrent);
        if (!isIn)
        {
            metrics.Refused();
        }

        return isIn;
    }

    public void Leave(bool isBatch) => _ = isBatch ? Interlocked.Decrement(ref _batches) : Interlocked.Decrement(ref _singles);

    private static bool TryEnter(ref int inside, int most)
    {
        if (Interlocked.Increment(ref inside) <= most)
        {
            return true;
        }

        Interlocked.Decrement(ref inside);
        return false;
    }
}
