using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace SocialSentiment.MlWorker.Models.Hub;

/// <summary>
/// Requests to the endpoint and to where it sends us: who may see the token, what is tried again and when, and what each
/// way to fail is called.
/// </summary>
internal sealed partial class HubConnection(HttpClient http, HubOptions options, TimeProvider time, ILogger logger)
{
    public const int MaxAnswerBytes = 32 * 1024 * 1024;
    private const int MaxRedirects = 5;

    private readonly Uri _origin = new(options.Endpoint);

    public string Endpoint { get; } = options.Endpoint.TrimEnd('/');

    public void RefuseOffline(string what)
    {
        if (options.Offline)
        {
            throw new HubException(HubError.Offline, $"{what} cannot be read from {Endpoint}: offline mode is on (HF_HUB_OFFLINE, Hub:Offline).");
        }
    }

    /// <summary>Sends and follows redirects; an answer of whatever status is an answer.</summary>
    /// <param name="mayLeave">Files may lie on another host, as their listing vouches for them; the listing may not.</param>
    public async Task<HttpResponseMessage> SendAsync(Uri uri, string what, bool mayLeave, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            request.Headers.UserAgent.ParseAdd("socialsentiment");
            if (options.Token is { } token && IsEndpoint(uri))
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            prepare?.Invoke(request);
            var response = await OverTheWireAsync(token => http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), what, cancellationToken);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                return response;
            }

            response.Dispose();
            var next = new Uri(uri, location);
            var isSecureEnough = next.Scheme == Uri.UriSchemeHttps || (next.Scheme == Uri.UriSchemeHttp && uri.Scheme == Uri.UriSchemeHttp);
            if (!isSecureEnough || !(mayLeave || IsEndpoint(next)))
            {
                throw new HubException(HubError.Unsafe, $"{Endpoint} sends us from {uri.Scheme}://{uri.Authority} to {next.Scheme}://{next.Authority} for {what}, which is not followed.");
            }

            if (redirects == MaxRedirects)
            {
                throw new HubException(HubError.BadAnswer, $"{Endpoint} sends us in circles for {what}.");
            }

            uri = next;
        }
    }

    /// <summary>Throws what any other answer than success means.</summary>
    public void Expect(HttpResponseMessage response, string what)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var host = response.RequestMessage?.RequestUri is { } uri && !IsEndpoint(uri) ? $"{uri.Scheme}://{uri.Authority}" : Endpoint;
        var code = response.Headers.TryGetValues("X-Error-Code", out var codes) ? codes.FirstOrDefault() : null;
        var withToken = options.Token is not null;
        throw (response.StatusCode, code) switch
        {
            (_, "GatedRepo") => new HubException(HubError.Unauthorized, $"{what} is gated: accept its terms at {Endpoint} and set HF_TOKEN to a token of the account that did."),
            (HttpStatusCode.NotFound, _) or (_, "RepoNotFound") => new HubException(
                HubError.NotFound, $"{host} has no {what}{(withToken ? ", or does not show it to the account of HF_TOKEN" : "; if it is private, set HF_TOKEN")}."),
            (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, _) => new HubException(
                HubError.Unauthorized, withToken ? $"{host} does not accept HF_TOKEN for {what}." : $"{host} shows {what} only to those with a token: set HF_TOKEN."),
            (HttpStatusCode.TooManyRequests, _) => new HubException(HubError.RateLimited, $"{host} has had too many requests and does not serve {what} now; try again later.")
            {
                IsTransient = true,
                RetryAfter = RetryAfter(response),
            },
            ( >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout, _) => new HubException(
                HubError.Unreachable, $"{host} answers {(int)response.StatusCode} for {what}.")
            {
                IsTransient = true,
                RetryAfter = RetryAfter(response),
            },
            _ => new HubException(HubError.BadAnswer, $"{host} answers {(int)response.StatusCode} for {what}."),
        };
    }

    /// <summary>Tries again what may go better next time; getting further than ever before counts as a fresh start.</summary>
    public async Task<T> RepeatAsync<T>(Func<Task<T>> attempt, Func<long>? position, CancellationToken cancellationToken)
    {
        var furthest = position?.Invoke() ?? 0;
        for (var failures = 0; ;)
        {
            try
            {
                return await attempt();
            }
            catch (HubException error) when (error.IsTransient)
            {
                if (position?.Invoke() is { } reached && reached > furthest)
                {
                    (furthest, failures) = (reached, 0);
                }

                if (++failures > options.MaxRetries || error.RetryAfter > options.MaxRetryAfter)
                {
                    throw;
                }

                var delay = error.RetryAfter ?? Backoff(failures);
                LogRetry(error.Message, delay);
                await Task.Delay(delay, time, cancellationToken);
            }
        }
    }

    /// <summary>Whatever goes wrong between here and the server is one kind of failure, told apart from those of the disk.</summary>
    public async Task<T> OverTheWireAsync<T>(Func<CancellationToken, Task<T>> call, string what, CancellationToken cancellationToken)
    {
        using var stall = new CancellationTokenSource(options.StallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stall.Token);
        try
        {
            return await call(either.Token);
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new HubException(HubError.BadAnswer, $"{Endpoint} answers with more than anybody can want to read for {what}.", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw Interrupted(what, error.GetBaseException().Message, error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw Interrupted(what, string.Create(CultureInfo.InvariantCulture, $"nothing came for {options.StallTimeout.TotalSeconds} s"), error);
        }
    }

    /// <summary>The whole of a small answer.</summary>
    public Task<byte[]> ReadAsync(HttpResponseMessage response, string what, CancellationToken cancellationToken) => OverTheWireAsync(
        async token =>
        {
            await response.Content.LoadIntoBufferAsync(MaxAnswerBytes, token);
            return await response.Content.ReadAsByteArrayAsync(token);
        },
        what,
        cancellationToken);

    public bool IsEndpoint(Uri uri)
        => uri.Scheme == _origin.Scheme && uri.Port == _origin.Port && string.Equals(uri.IdnHost, _origin.IdnHost, StringComparison.OrdinalIgnoreCase);

    public HubException NotAHub(string what) => new(HubError.BadAnswer, $"{Endpoint} does not answer as a hub does when asked for {what}.");

    public HubException Interrupted(string what, string reason, Exception? inner = null)
        => new(HubError.Unreachable, $"{what} could not be read from {Endpoint}: {reason.TrimEnd('.')}.", inner) { IsTransient = true };

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date - time.GetUtcNow());
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private TimeSpan Backoff(int failures)
    {
        var delay = Math.Min(options.RetryDelay.TotalMilliseconds * Math.Pow(2, failures - 1), options.MaxRetryDelay.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(delay * (0.5 + (Random.Shared.NextDouble() / 2)));
    }

    [LoggerMessage(LogLevel.Information, "Trying again in {Delay}: {Reason}")]
    private partial void LogRetry(string reason, TimeSpan delay);
}
