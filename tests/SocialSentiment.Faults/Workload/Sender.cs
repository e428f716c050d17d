using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Posts;

namespace SocialSentiment.Faults.Workload;

/// <summary>
/// A client that takes the promises at their word: whatever has no clear answer it sends again under the same key, to
/// whichever replica answers, until it knows or runs out of patience.
/// </summary>
internal sealed class Sender(IReadOnlyList<Uri> apis, History history, int first = 0) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromSeconds(5) };
    private int _next = first;

    public HttpClient Http => _http;

    public async Task<bool> CreateAsync(SentPost post, bool byExternalId, CancellationToken patience)
    {
        var request = new CreatePostRequest(post.Texts[0], Source: history.Source, ExternalId: byExternalId ? post.Marker : null);
        var (status, body) = await SendAsync(
            HttpMethod.Post,
            "/posts",
            () => JsonContent.Create(request, ContractsJson.Default.CreatePostRequest),
            byExternalId ? null : post.Marker,
            content => content.ReadFromJsonAsync(ContractsJson.Default.PostResponse, patience),
            patience);
        switch (status)
        {
            case HttpStatusCode.Created or HttpStatusCode.OK:
                post.Answered(body!.Id);
                return true;
            case null:
                return false;
            default:
                history.Unexplained($"POST /posts of {post.Marker}: {(int)status}");
                return false;
        }
    }

    public async Task<bool> CreateBatchAsync(IReadOnlyList<SentPost> posts, CancellationToken patience)
    {
        var request = new { posts = posts.Select(post => new { text = post.Texts[0], source = history.Source }) };
        var (status, body) = await SendAsync(
            HttpMethod.Post,
            "/posts/batch",
            () => JsonContent.Create(request),
            $"batch {posts[0].Marker}",
            content => content.ReadFromJsonAsync(ContractsJson.Default.PostBatchResponse, patience),
            patience);
        if (status is HttpStatusCode.OK)
        {
            foreach (var item in body!.Items)
            {
                if (item is { Outcome: PostOutcome.Accepted or PostOutcome.Existing, Id: { } id })
                {
                    posts[item.Index].Answered(id);
                }
                else
                {
                    history.Unexplained($"POST /posts/batch, {posts[item.Index].Marker}: {item.Outcome}");
                }
            }

            return true;
        }

        if (status is not null)
        {
            history.Unexplained($"POST /posts/batch of {posts[0].Marker}: {(int)status}");
        }

        return false;
    }

    public async Task EditAsync(SentPost post, string words, CancellationToken patience)
    {
        // Never the words that it has: an edit that changes nothing makes no revision.
        post.Editing($"{words}, take {post.Revision + 1} [{post.Marker}]");
        var request = new EditPostRequest(post.Texts[^1], post.Revision);
        var (status, _) = await SendAsync(
            HttpMethod.Put,
            $"/posts/{post.Id}",
            () => JsonContent.Create(request, ContractsJson.Default.EditPostRequest),
            null,
            content => content.ReadFromJsonAsync(ContractsJson.Default.PostResponse, patience),
            patience);
        switch (status)
        {
            case HttpStatusCode.OK:
                post.Edited();
                break;
            case null:
                break;
            default:
                post.NotEdited();
                history.Unexplained($"PUT of {post.Marker}: {(int)status}");
                break;
        }
    }

    public async Task DeleteAsync(SentPost post, CancellationToken patience)
    {
        post.MaybeDeleted = true;
        var retried = false;
        var (status, _) = await SendAsync<object>(HttpMethod.Delete, $"/posts/{post.Id}", () => null, null, _ => Task.FromResult<object?>(null), patience, () => retried = true);
        switch (status)
        {
            case HttpStatusCode.NoContent:
            case HttpStatusCode.Gone or HttpStatusCode.NotFound when retried:
                post.Deleted = true;
                break;
            case null:
                break;
            default:
                history.Unexplained($"DELETE of {post.Marker}: {(int)status}");
                break;
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Sends until there is a clear answer; no status when patience ends first.</summary>
    private async Task<(HttpStatusCode? Status, T? Body)> SendAsync<T>(
        HttpMethod method,
        string path,
        Func<HttpContent?> content,
        string? key,
        Func<HttpContent, Task<T?>> read,
        CancellationToken patience,
        Action? onRetry = null)
    {
        for (var attempt = 1; !patience.IsCancellationRequested; attempt++)
        {
            using var request = new HttpRequestMessage(method, new Uri(apis[_next++ % apis.Count], path)) { Content = content() };
            if (key is not null)
            {
                request.Headers.Add("Idempotency-Key", key);
            }

            try
            {
                using var response = await _http.SendAsync(request, patience);
                history.Count(((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
                if ((int)response.StatusCode < 500 && response.StatusCode != HttpStatusCode.TooManyRequests)
                {
                    return (response.StatusCode, response.IsSuccessStatusCode ? await read(response.Content) : default);
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
            {
                history.Count(exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } ? "refused" : "no answer");
            }

            onRetry?.Invoke();
            await Task.Delay(Math.Min(50 * attempt, 500), patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return (null, default);
    }
}
