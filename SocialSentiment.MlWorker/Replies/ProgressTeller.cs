using System.Text.Json;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults.Lifetime;

namespace SocialSentiment.MlWorker.Replies;

/// <summary>
/// Tells whoever watches how far the drafts of one order are: all there is each time, as often as the broker keeps up.
/// </summary>
internal sealed class ProgressTeller : IAsyncDisposable
{
    private readonly Publisher _publisher;
    private readonly Guid _order;
    private readonly Guid _run = Guid.NewGuid();
    private readonly Lock _lock = new();
    private readonly WakeSignal _news = new(isSet: true);
    private readonly CancellationTokenSource _end = new();
    private readonly string?[] _texts;
    private readonly Task _telling;

    /// <param name="drafts">How many are shown while they are written.</param>
    public ProgressTeller(Publisher publisher, Guid order, int drafts)
    {
        (_publisher, _order, _texts) = (publisher, order, new string?[drafts]);
        Array.Fill(_texts, "");
        _telling = TellAsync();
    }

    /// <summary>One of the drafts has grown, or is withdrawn (null).</summary>
    public void Set(int draft, string? text)
    {
        lock (_lock)
        {
            if (draft >= _texts.Length || _texts[draft] == text)
            {
                return;
            }

            _texts[draft] = text;
        }

        _news.Set();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _telling;
        _end.Dispose();
        _news.Dispose();
    }

    private async Task TellAsync()
    {
        try
        {
            while (true)
            {
                // At first at once, with nothing: that is how others learn that somebody has begun.
                await _news.WaitAsync(_end.Token);
                ReplyProgress progress;
                lock (_lock)
                {
                    progress = new ReplyProgress(_order, _run, [.. _texts]);
                }

                await _publisher.BroadcastAsync(Queues.ReplyProgress, JsonSerializer.SerializeToUtf8Bytes(new ReplyNotice(progress), ContractsJson.Default.ReplyNotice), _end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The drafts are written, or nobody wants them.
        }
    }
}
