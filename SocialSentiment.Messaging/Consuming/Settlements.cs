using RabbitMQ.Client;

namespace SocialSentiment.Messaging;

/// <summary>
/// Acknowledges messages, with as few words as possible: delivery tags count from 1, so everything up to the first one
/// that is still being worked on can be acknowledged at once.
/// </summary>
internal sealed class Settlements(IChannel channel) : IDisposable
{
    // A tag must not be acknowledged after an acknowledgement that included it.
    private readonly SemaphoreSlim _speaking = new(1, 1);
    private readonly HashSet<ulong> _ahead = [];
    private ulong _firstOpen = 1;

    public async Task AckAsync(IReadOnlyCollection<ulong> tags, CancellationToken cancellationToken)
    {
        await _speaking.WaitAsync(cancellationToken);
        try
        {
            foreach (var tag in tags)
            {
                _ahead.Add(tag);
            }

            while (_ahead.Remove(_firstOpen))
            {
                _firstOpen++;
            }

            // The broker wants to hear of a tag that it still waits for, so not of those acknowledged before.
            if (tags.Where(tag => tag < _firstOpen).DefaultIfEmpty().Max() is > 0 and var last)
            {
                await channel.BasicAckAsync(last, multiple: true, cancellationToken);
            }

            foreach (var tag in tags)
            {
                if (tag > _firstOpen)
                {
                    await channel.BasicAckAsync(tag, multiple: false, cancellationToken);
                }
            }
        }
        finally
        {
            _speaking.Release();
        }
    }

    public void Dispose() => _speaking.Dispose();
}
