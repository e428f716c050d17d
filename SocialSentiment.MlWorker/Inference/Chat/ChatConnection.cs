using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace SocialSentiment.MlWorker.Inference.Chat;

/// <summary>Puts questions to an endpoint that speaks OpenAI's chat completions: so many at once, and again where that may help.</summary>
internal sealed class ChatConnection(IHttpClientFactory clients, IOptions<ChatOptions> options, TimeProvider time) : IDisposable
{
    public const string ClientName = "chat";

    private const int MostAnswerBytes = 64 * 1024;

    private static readonly TimeSpan s_longestRetryAfter = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _slots = new(options.Value.MaxConcurrency);

    public ChatOptions Options => options.Value;

    /// <summary>Which model of which endpoint: what is known of its version.</summary>
    public string Version => options.Value.Endpoint is { Length: > 0 } endpoint
        ? $"{options.Value.Model}@{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(endpoint)))[..8]}"
        : "none";

    /// <summary>Whoever breaks off an answer wants its server to know at once, not when what is left of it has come.</summary>
    public static IHttpClientBuilder AddClient(IServiceCollection services) =>
        services.AddHttpClient(ClientName).UseSocketsHttpHandler((handler, _) => handler.ResponseDrainTimeout = TimeSpan.FromMilliseconds(50));

    /// <exception cref="ModelException">There is no endpoint.</exception>
    public void RequireEndpoint()
    {
        if (options.Value is not { Endpoint.Length: > 0 })
        {
            throw new ModelException(ModelError.Refused, "No remote model is configured: set Chat:Endpoint, Chat:Model and, where it wants one, Chat:ApiKey.");
        }
    }

    /// <param name="question">Writes the request anew for every attempt.</param>
    /// <param name="read">Reads a good answer. Whatever goes wrong with it is worth another attempt.</param>
    /// <param name="isBadlyPut">Is shown a refusal; whether the question is now put otherwise, which is no attempt.</param>
    /// <exception cref="ModelException">There is no answer, or none that can be understood.</exception>
    public async Task<T> AskAsync<T>(
        Func<JsonObject> question, Func<HttpResponseMessage, CancellationToken, Task<T>> read, Func<string, bool> isBadlyPut, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            for (var attempt = 0; ;)
            {
                var (answer, error, isNoAttempt, pause) = await TryAskAsync(question, read, isBadlyPut, cancellationToken);
                if (error is null)
                {
                    return answer!;
                }

                if (isNoAttempt)
                {
                    continue;
                }

                if (pause is not { } wait || attempt >= options.Value.MaxRetries)
                {
                    throw error;
                }

                var backOff = options.Value.RetryDelay * Math.Pow(2, attempt++);
                await Task.Delay(wait > backOff ? wait : backOff, time, cancellationToken);
            }
        }
        finally
        {
            _slots.Release();
        }
    }

    public static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MostAnswerBytes];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    public ModelException NotUnderstood(string answer) =>
        new(ModelError.Failed, $"The remote model {options.Value.Model} gave an answer that cannot be understood: {Shorten(answer)}");

    public void Dispose() => _slots.Dispose();

    /// <returns>With an error: how long to wait before another attempt, or nothing when that would be no use.</returns>
    private async Task<(T? Answer, ModelException? Error, bool IsNoAttempt, TimeSpan? Pause)> TryAskAsync<T>(
        Func<JsonObject> question, Func<HttpResponseMessage, CancellationToken, Task<T>> read, Func<string, bool> isBadlyPut, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(settings.Timeout);
        try
        {
            // The client's own limit may be shorter.
            var client = clients.CreateClient(ClientName);
            client.Timeout = Timeout.InfiniteTimeSpan;
            using var request = Request(question());
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            if (response.IsSuccessStatusCode)
            {
                return (await read(response, deadline.Token), null, false, null);
            }

            var body = await ReadAsync(response, deadline.Token);
            var isNoAttempt = response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity && isBadlyPut(body);
            return (default, Refusal(response.StatusCode, body), isNoAttempt, IsPassing(response.StatusCode) ? RetryAfter(response) : null);
        }
        catch (ModelException error)
        {
            return (default, error, false, TimeSpan.Zero);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return (default, new ModelException(ModelError.Unavailable, $"The remote model cannot be reached at {settings.Endpoint}: {error.Message}", error), false, TimeSpan.Zero);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            return (default, new ModelException(ModelError.Unavailable, $"The remote model at {settings.Endpoint} did not answer within {settings.Timeout.TotalSeconds:0.##} s.", error), false, TimeSpan.Zero);
        }
    }

    private HttpRequestMessage Request(JsonObject body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{options.Value.Endpoint!.TrimEnd('/')}/chat/completions")
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        if (options.Value.ApiKey is { Length: > 0 } key)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return request;
    }

    private ModelException Refusal(HttpStatusCode status, string body) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(ModelError.Unavailable, $"The remote model at {options.Value.Endpoint} refuses the key: check Chat:ApiKey."),
        HttpStatusCode.NotFound => new(ModelError.Unavailable, $"The endpoint {options.Value.Endpoint} knows no model {options.Value.Model}, or is no chat endpoint: check Chat:Endpoint and Chat:Model."),
        HttpStatusCode.TooManyRequests => new(ModelError.Unavailable, $"The remote model at {options.Value.Endpoint} takes no more requests for now."),
        >= HttpStatusCode.InternalServerError => new(ModelError.Unavailable, $"The remote model at {options.Value.Endpoint} fails: {(int)status} {Shorten(body)}"),
        _ => new(ModelError.Failed, $"The remote model at {options.Value.Endpoint} refuses this text: {(int)status} {Shorten(body)}"),
    };

    private static bool IsPassing(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;

    private TimeSpan RetryAfter(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - time.GetUtcNow() ?? TimeSpan.Zero : TimeSpan.Zero;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > s_longestRetryAfter ? s_longestRetryAfter : wait;
    }

    private static string Shorten(string text) => text.Length <= 200 ? text : $"{text[..200]} ...";
}
