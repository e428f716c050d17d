using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Events;

namespace SocialSentiment.Faults.Workload;

/// <summary>One event of the live feed, as it came.</summary>
internal sealed record FeedEvent(long Id, PostEventKind Kind, Guid PostId, int Revision, string? Source);

/// <summary>A listener that leaves its replica every other second and resumes where it was, at whichever replica answers next.</summary>
internal sealed class FeedRecorder : IAsyncDisposable
{
    private static readonly TimeSpan s_stay = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<Uri> _apis;
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<FeedEvent> _events = [];
    private readonly Task _listening;
    private long _lastId = -1;

    private FeedRecorder(IReadOnlyList<Uri> apis)
    {
        _apis = apis;
        _listening = ListenAsync();
    }

    /// <summary>How often it was told that its place in the feed is unknown.</summary>
    public int Resets { get; private set; }

    public int Connections { get; private set; }

    /// <summary>Everything so far, in the order in which it came.</summary>
    public IReadOnlyList<FeedEvent> Events
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    public long LastId => Volatile.Read(ref _lastId);

    public static async Task<FeedRecorder> StartAsync(IReadOnlyList<Uri> apis, CancellationToken cancellationToken)
    {
        var recorder = new FeedRecorder(apis);
        await recorder._started.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        return recorder;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening;
        _stop.Dispose();
        _http.Dispose();
    }

    private async Task ListenAsync()
    {
        for (var api = 0; !_stop.IsCancellationRequested; api++)
        {
            try
            {
                await ConnectAsync(_apis[api % _apis.Count]);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
            {
                await Task.Delay(100, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ConnectAsync(Uri api)
    {
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        leave.CancelAfter(s_stay);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(api, "/events"));
        if (_lastId >= 0)
        {
            request.Headers.Add("Last-Event-ID", $"{_lastId}");
        }

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leave.Token);
        response.EnsureSuccessStatusCode();
        Connections++;
        await using var stream = await response.Content.ReadAsStreamAsync(leave.Token);
        await foreach (var item in SseParser.Create(stream, (kind, data) => (Kind: kind, Json: Encoding.UTF8.GetString(data))).EnumerateAsync(leave.Token))
        {
            var id = long.TryParse(item.EventId, out var number) ? number : _lastId;
            if (item.Data.Kind == "reset")
            {
                Resets++;
            }
            else if (item.Data.Kind is not ("hello" or "failsafe"))
            {
                var happened = JsonSerializer.Deserialize(item.Data.Json, ContractsJson.Default.PostEvent)!;
                lock (_events)
                {
                    _events.Add(new FeedEvent(id, happened.Kind, happened.PostId, happened.Revision, happened.Post?.Source));
                }
            }

            // As browsers do: the number of whatever came last is our place, also that of the greeting.
            Volatile.Write(ref _lastId, id);
            _started.TrySetResult();
        }
    }
}
