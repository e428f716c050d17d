using System.Net.ServerSentEvents;
using System.Text.Json;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Events;
using Xunit;

namespace SocialSentiment.Api.Tests.Support;

/// <summary>A listener to the live feed.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    private EventStream(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _items = SseParser.Create(body).EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator();
    }

    /// <summary>The number of the newest event when the stream was opened.</summary>
    public long Hello { get; private set; }

    public static async Task<EventStream> OpenAsync(HttpClient http, string query = "", long? after = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/events" + query);
        if (after is { } id)
        {
            request.Headers.Add("Last-Event-ID", $"{id}");
        }

        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var stream = new EventStream(response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var hello = await stream.NextAsync();
        Assert.Equal("hello", hello.EventType);
        stream.Hello = long.Parse(hello.EventId!, System.Globalization.CultureInfo.InvariantCulture);
        return stream;
    }

    public async Task<SseItem<string>> NextAsync()
    {
        Assert.True(await _items.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), "The stream ended.");
        return _items.Current;
    }

    public async Task<(long Id, PostEvent Event)> NextEventAsync()
    {
        var item = await NextAsync();
        var post = JsonSerializer.Deserialize(item.Data, ContractsJson.Default.PostEvent)!;
        Assert.Equal(item.EventType, post.Kind.ToString().ToLowerInvariant());
        return (long.Parse(item.EventId!, System.Globalization.CultureInfo.InvariantCulture), post);
    }

    public async ValueTask DisposeAsync()
    {
        _response.Dispose();
        try
        {
            await _items.DisposeAsync();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or NotSupportedException)
        {
            // It was in the middle of a read.
        }
    }
}
