using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Posts;

namespace SocialSentiment.Bench.Load;

/// <summary>One run: sends, listens to the feed until the last label, and counts.</summary>
internal sealed class LoadRun : IDisposable
{
    // A server that answers nothing must not fill the generator's memory; what is due beyond this is counted instead.
    private const int MostUnderWay = 20_000;

    private readonly LoadOptions _options;
    private readonly HttpClient _http;
    private readonly Payloads _payloads;
    private readonly string _run = Guid.NewGuid().ToString("N");
    private readonly ConcurrentDictionary<Guid, long> _acceptedAt = new();
    private readonly ConcurrentDictionary<string, long> _answers = new();
    private readonly ConcurrentBag<double> _latencies = [];
    private long _requests;
    private long _notSent;
    private long _lastAnswer;
    private int _underWay;

    private LoadRun(LoadOptions options)
    {
        _options = options;
        _payloads = new Payloads(options.Texts, options.Batch);
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = options.Connections }) { Timeout = TimeSpan.FromSeconds(30) }.ShowKey(options.Key);
    }

    public static async Task<LoadReport> RunAsync(LoadOptions options)
    {
        using var run = new LoadRun(options);
        using var listening = new HttpClient { Timeout = Timeout.InfiniteTimeSpan }.ShowKey(options.Key);
        using var stop = new CancellationTokenSource();
        var feed = new LabelFeed(listening, options.Api);
        var listener = feed.RunAsync(stop.Token);
        await feed.Connected.WaitAsync(TimeSpan.FromSeconds(30));

        var started = Stopwatch.GetTimestamp();
        await (options.Rate > 0 ? run.OpenLoopAsync(started) : run.ClosedLoopAsync(started));

        for (var sent = Stopwatch.GetTimestamp(); run.Missing(feed) && Stopwatch.GetElapsedTime(sent) < options.Drain;)
        {
            await Task.Delay(100);
        }

        await stop.CancelAsync();
        await listener;
        return run.Report(feed, started);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Arrivals at a fixed rate, whatever becomes of them: as of people who do not know of one another.</summary>
    private async Task OpenLoopAsync(long started)
    {
        var perSecond = _options.Rate / _options.Batch;
        var all = (long)(_options.Duration.TotalSeconds * perSecond);
        var sending = new ConcurrentDictionary<long, Task>();
        for (long next = 0; next < all;)
        {
            var due = Math.Min(all, (long)(Stopwatch.GetElapsedTime(started).TotalSeconds * perSecond) + 1);
            for (; next < due; next++)
            {
                if (Volatile.Read(ref _underWay) >= MostUnderWay)
                {
                    _notSent++;
                    continue;
                }

                var number = next;
                Interlocked.Increment(ref _underWay);
                sending[number] = SendAsync(number, started + (long)(number / perSecond * Stopwatch.Frequency)).ContinueWith(
                    _ =>
                    {
                        Interlocked.Decrement(ref _underWay);
                        sending.TryRemove(number, out var _);
                    },
                    TaskScheduler.Default);
            }

            await Task.Delay(1);
        }

        await Task.WhenAll(sending.Values);
    }

    /// <summary>As many senders as connections, each with its next request as soon as it has its answer.</summary>
    private Task ClosedLoopAsync(long started)
    {
        return Task.WhenAll(Enumerable.Range(0, _options.Connections).Select(_ => Task.Run(SenderAsync)));

        async Task SenderAsync()
        {
            while (Stopwatch.GetElapsedTime(started) < _options.Duration)
            {
                if (await SendAsync(Interlocked.Increment(ref _requests), Stopwatch.GetTimestamp()) is 429 or 503)
                {
                    await Task.Delay(100);
                }
            }
        }
    }

    private async Task<int> SendAsync(long number, long intended)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_options.Api, _options.Batch == 1 ? "/posts" : "/posts/batch")) { Content = _payloads.Content(number) };
        if (_options.Keys)
        {
            request.Headers.Add("Idempotency-Key", string.Create(CultureInfo.InvariantCulture, $"{_run}-{number}"));
        }

        var answer = "no answer";
        var status = 0;
        try
        {
            using var response = await _http.SendAsync(request);
            status = (int)response.StatusCode;
            answer = status.ToString(CultureInfo.InvariantCulture);
            if (response.IsSuccessStatusCode)
            {
                await AcceptAsync(response);
            }

            var now = Stopwatch.GetTimestamp();
            _latencies.Add(Stopwatch.GetElapsedTime(intended, now).TotalMilliseconds);
            InterlockedMax(ref _lastAnswer, now);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or IOException)
        {
            answer = exception is TaskCanceledException ? "timeout" : "no answer";
        }

        _answers.AddOrUpdate(answer, 1, (_, count) => count + 1);
        return status;
    }

    private async Task AcceptAsync(HttpResponseMessage response)
    {
        if (_options.Batch == 1)
        {
            var post = await response.Content.ReadFromJsonAsync(ContractsJson.Default.PostResponse);
            _acceptedAt[post!.Id] = Stopwatch.GetTimestamp();
            return;
        }

        var batch = await response.Content.ReadFromJsonAsync(ContractsJson.Default.PostBatchResponse);
        var now = Stopwatch.GetTimestamp();
        foreach (var item in batch!.Items)
        {
            if (item is { Outcome: PostOutcome.Accepted, Id: { } id })
            {
                _acceptedAt[id] = now;
            }
        }
    }

    private bool Missing(LabelFeed feed) => feed.LabelledAt.Count < _acceptedAt.Count && _acceptedAt.Keys.Any(id => !feed.LabelledAt.ContainsKey(id));

    private LoadReport Report(LabelFeed feed, long started)
    {
        var labels = _acceptedAt.Where(post => feed.LabelledAt.ContainsKey(post.Key)).Select(post => (Accepted: post.Value, Labelled: feed.LabelledAt[post.Key])).ToList();
        var lastLabel = labels.Count == 0 ? started : labels.Max(label => label.Labelled);
        return new LoadReport(
            _answers.Values.Sum() * _options.Batch,
            _acceptedAt.Count,
            labels.Count,
            PerSecond(_acceptedAt.Count, _lastAnswer),
            PerSecond(labels.Count, lastLabel),
            Percentiles.Of(_latencies),
            Percentiles.Of(labels.Select(label => Math.Max(0, Stopwatch.GetElapsedTime(label.Accepted, label.Labelled).TotalMilliseconds))),
            new SortedDictionary<string, long>(_answers),
            _notSent);

        double PerSecond(int count, long until) => count == 0 ? 0 : count / Stopwatch.GetElapsedTime(started, until).TotalSeconds;
    }

    private static void InterlockedMax(ref long place, long value)
    {
        for (var seen = Volatile.Read(ref place); seen < value;)
        {
            var before = Interlocked.CompareExchange(ref place, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
