using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace SocialSentiment.Bench.Load;

/// <summary>Listens to the live feed and remembers when each post's final label came.</summary>
internal sealed class LabelFeed(HttpClient http, Uri api)
{
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _lastId;

    public ConcurrentDictionary<Guid, long> LabelledAt { get; } = new();

    /// <summary>Ends when the first connection stands: a post sent earlier could be labelled unseen.</summary>
    public Task Connected => _connected.Task;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException && _connected.Task.IsCompleted)
            {
                await Task.Delay(250, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception exception)
            {
                _connected.TrySetException(exception);
                return;
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(api, "/events"));
        if (_lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", _lastId);
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var parser = SseParser.Create(stream, (kind, data) => kind == "labelled" ? PostId(data) : Guid.Empty);
        await foreach (var item in parser.EnumerateAsync(cancellationToken))
        {
            _lastId = item.EventId ?? _lastId;
            _connected.TrySetResult();
            if (item.Data != Guid.Empty)
            {
                LabelledAt.TryAdd(item.Data, Stopwatch.GetTimestamp());
            }
        }
    }

    /// <summary>Reads no more of the event than it must: the generator shares the machine with what it measures.</summary>
    private static Guid PostId(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("post_id"u8))
            {
                reader.Read();
                return reader.GetGuid();
            }
        }

        return Guid.Empty;
    }
}
