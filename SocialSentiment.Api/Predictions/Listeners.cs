using SocialSentiment.Messaging;

namespace SocialSentiment.Api.Predictions;

/// <summary>
/// Whether any worker listens to the queue of predictions. The broker takes requests also when nobody does, since somebody
/// may come; who has waited for a while looks here before it waits on. All who wait share a look.
/// </summary>
internal sealed class Listeners(QueueInspector inspector, TimeProvider time)
{
    private static readonly TimeSpan s_validity = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private Task<bool>? _look;
    private long _lookedAt;

    /// <summary>False only if that is certain.</summary>
    public Task<bool> AnyAsync()
    {
        lock (_lock)
        {
            if (_look is null || (_look.IsCompleted && time.GetElapsedTime(_lookedAt) >= s_validity))
            {
                _lookedAt = time.GetTimestamp();
                _look = LookAsync();
            }

            return _look;
        }
    }

    private async Task<bool> LookAsync()
    {
        try
        {
            return await inspector.GetAsync(Queues.Predict, CancellationToken.None) is not { Consumers: 0 };
        }
        catch (Exception)
        {
            // Whatever it was, it says nothing of workers.
            return true;
        }
    }
}
