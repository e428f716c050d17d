using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Predictions;

namespace SocialSentiment.Faults.Workload;

/// <summary>One request for a prediction, and what became of it.</summary>
internal sealed record AskedPrediction(DateTimeOffset Begun, TimeSpan Took, HttpStatusCode? Status, PredictionResponse? Answer, string? Error)
{
    public DateTimeOffset Ended => Begun + Took;
}

/// <summary>Asks for predictions at a steady rate, whether or not earlier ones are answered, each time with another text.</summary>
internal sealed class PredictLoad : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 2_000 }) { Timeout = TimeSpan.FromSeconds(60) };
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<AskedPrediction> _asked = [];
    private readonly IReadOnlyList<Uri> _apis;
    private readonly string _name = $"{Guid.NewGuid():N}";
    private readonly TimeSpan _timeout;
    private readonly Task _asking;

    public PredictLoad(IReadOnlyList<Uri> apis, int perSecond, TimeSpan timeout)
    {
        (_apis, _timeout) = (apis, timeout);
        _asking = Task.Run(() => AskAsync(perSecond));
    }

    public int Count => _asked.Count;

    /// <summary>Ends it and waits for the last answers.</summary>
    public async Task<IReadOnlyList<AskedPrediction>> StopAsync()
    {
        await _stop.CancelAsync();
        await _asking;
        return [.. _asked.OrderBy(asked => asked.Begun)];
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task AskAsync(int perSecond)
    {
        var started = Stopwatch.GetTimestamp();
        var under = new List<Task>();
        for (var number = 0; !_stop.IsCancellationRequested; number++)
        {
            var due = TimeSpan.FromSeconds((double)number / perSecond) - Stopwatch.GetElapsedTime(started);
            if (due > TimeSpan.Zero)
            {
                await Task.Delay(due, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            under.Add(AskOneAsync(number));
            under.RemoveAll(task => task.IsCompleted);
        }

        await Task.WhenAll(under);
    }

    private async Task AskOneAsync(int number)
    {
        var request = new PredictionRequest($"it was a good day, number {number} of {_name}", TimeoutMs: (int)_timeout.TotalMilliseconds);
        var (begun, started) = (DateTimeOffset.UtcNow, Stopwatch.GetTimestamp());
        try
        {
            using var response = await _http.PostAsJsonAsync(new Uri(_apis[number % _apis.Count], "/predict"), request, ContractsJson.Default.PredictionRequest);
            var took = Stopwatch.GetElapsedTime(started);
            var answer = response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync(ContractsJson.Default.PredictionResponse) : null;
            _asked.Enqueue(new AskedPrediction(begun, took, response.StatusCode, answer, Error: null));
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            _asked.Enqueue(new AskedPrediction(begun, Stopwatch.GetElapsedTime(started), Status: null, Answer: null, error.Message));
        }
    }
}
