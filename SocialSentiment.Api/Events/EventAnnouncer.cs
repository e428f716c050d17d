using System.Buffers.Binary;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults.Lifetime;

namespace SocialSentiment.Api.Events;

/// <summary>Tells the other replicas that there are new events; many commits in a row make one message.</summary>
internal sealed class EventAnnouncer(Publisher publisher) : BackgroundService
{
    private readonly WakeSignal _news = new();
    private long _position;

    public void Announce(long position)
    {
        Interlocked.Exchange(ref _position, position);
        _news.Set();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await _news.WaitAsync(stoppingToken);
            var body = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(body, Interlocked.Read(ref _position));
            await publisher.BroadcastAsync(Queues.Events, body, stoppingToken);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _news.Dispose();
    }
}

/// <summary>Hears the other replicas' announcements.</summary>
internal sealed class EventListener(EventFeed feed) : IBroadcastListener
{
    public Task OnConnectedAsync(CancellationToken cancellationToken)
    {
        feed.Look();
        return Task.CompletedTask;
    }

    public Task OnMessageAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        feed.Look();
        return Task.CompletedTask;
    }
}
