using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using SocialSentiment.MlWorker.Models.Store;

namespace SocialSentiment.MlWorker.Models.Hub;

/// <summary>
/// Reads repositories of the hub and downloads their files. It asks for a commit, never for a branch, so that all files
/// of a model belong together, and believes no byte that the hub's own listing does not vouch for.
/// </summary>
internal sealed partial class HubClient(HttpClient http, IOptions<HubOptions> options, ModelDisk disk, TimeProvider time, ILogger<HubClient> logger)
{
    private const int MaxAnswerBytes = 32 * 1024 * 1024;
    private const int MaxPages = 200;
    private const int MaxRedirects = 5;
    private const int BufferSize = 128 * 1024;

    private readonly HubOptions _options = options.Value;
    private readonly string _endpoint = options.Value.Endpoint.TrimEnd('/');

    /// <summary>Redirects are followed by hand: the hub sends to other hosts, and they must not see the token.</summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    public async Task<HubSnapshot> ReadAsync(string repository, string revision, CancellationToken cancellationToken)
    {
        HubNames.Check(repository, revision);
        RefuseOffline(repository);

        var what = revision == "main" ? repository : $"{repository} at {revision}";
        var (info, _) = await GetJsonAsync(
            new Uri($"{_endpoint}/api/models/{repository}/revision/{Uri.EscapeDataString(revision)}"), what, HubJson.Default.HubModelInfo, cancellationToken);
        if (!HubNames.IsCommit(info.Sha))
        {
            throw NotAHub(what);
        }

        var files = new List<HubFile>();
        var pages = 0;
        for (var page = new Uri($"{_endpoint}/api/models/{repository}/tree/{info.Sha}?recursive=true"); page is not null;)
        {
            if (++pages > MaxPages)
            {
                throw new HubException(HubError.BadAnswer, $"{_endpoint} lists more files of {what} than any model has.");
            }

            var (entries, next) = await GetJsonAsync(page, what, HubJson.Default.HubTreeEntryArray, cancellationToken);
            files.AddRange(entries.Where(entry => entry.Type == "file").Select(entry => Listed(entry, repository)));
            page = next;
        }

        var licence = info.Tags?.FirstOrDefault(tag => tag.StartsWith("license:", StringComparison.Ordinal))?["license:".Length..];
        return new HubSnapshot(repository, info.Sha!, files, licence);
    }

    /// <summary>
    /// Downloads one file, going on from where an earlier attempt, also of another process, has stopped: until it is
    /// whole and right it is called <c>.part</c>.
    /// </summary>
    /// <param name="progress">Told how much of the file is here, whenever that changes.</param>
    /// <returns>The content's SHA-256.</returns>
    public async Task<string> DownloadAsync(HubSnapshot snapshot, HubFile file, string target, Action<long>? progress, CancellationToken cancellationToken)
    {
        CheckFile(snapshot, file);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (await HashIfWholeAsync(target, file, cancellationToken) is { } known)
            {
                progress?.Invoke(file.Size);
                return known;
            }

            RefuseOffline(Name(snapshot, file));
            var part = PartOf(target);
            var sha256 = await RepeatAsync(() => DownloadPartAsync(snapshot, file, target, progress, cancellationToken), () => Length(part), cancellationToken);
            Flush(part);
            File.Move(part, target, overwrite: true);
            File.Delete(Etag(target));
            return sha256;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw ModelStore.Explain(error, target);
        }
    }

    /// <summary>The content of a small file.</summary>
    public async Task<byte[]> ReadFileAsync(HubSnapshot snapshot, HubFile file, CancellationToken cancellationToken)
    {
        CheckFile(snapshot, file);
        RefuseOffline(Name(snapshot, file));
        var what = Name(snapshot, file);
        if (file.Size > MaxAnswerBytes)
        {
            throw new HubException(HubError.Unusable, $"{what} has {file.Size:N0} bytes, which is too much to be read.");
        }

        return await RepeatAsync(
            async () =>
            {
                using var response = await SendAsync(Resolve(snapshot, file), what, mayLeave: true, prepare: null, cancellationToken);
                Expect(response, what);
                var content = await OverTheWireAsync(token => BufferAsync(response, token), what, cancellationToken);
                using var hash = new ContentHash(file);
                hash.Append(content);
                return hash.Matches(out _, out var expected, out var actual) ? content : throw Tampered(what, $"its hash is {actual}", expected);
            },
            position: null,
            cancellationToken);
    }

    private async Task<string> DownloadPartAsync(HubSnapshot snapshot, HubFile file, string target, Action<long>? progress, CancellationToken cancellationToken)
    {
        var what = Name(snapshot, file);
        var part = PartOf(target);
        var length = Length(part);
        if (length > file.Size)
        {
            File.Delete(part);
            length = 0;
        }

        using var hash = new ContentHash(file);
        var resumed = length > 0;
        if (resumed)
        {
            await hash.AppendFileAsync(part, cancellationToken);
        }

        progress?.Invoke(length);
        if (length < file.Size || length == 0)
        {
            var etag = resumed ? KnownEtag(target) : null;
            using var response = await SendAsync(
                Resolve(snapshot, file),
                what,
                mayLeave: true,
                request =>
                {
                    if (resumed)
                    {
                        request.Headers.Range = new RangeHeaderValue(length, null);
                        request.Headers.IfRange = etag is null ? null : new RangeConditionHeaderValue(etag);
                    }
                },
                cancellationToken);
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                File.Delete(part);
                throw Interrupted(what, "the server has no such range");
            }

            Expect(response, what);
            if (response.StatusCode == HttpStatusCode.PartialContent)
            {
                // Parts of two different files must not be glued together, whatever the server makes of If-Range.
                if (response.Content.Headers.ContentRange?.From != length || (etag is not null && response.Headers.ETag is { } now && !now.Equals(etag)))
                {
                    File.Delete(part);
                    throw Interrupted(what, "the server has another file than before");
                }
            }
            else if (resumed)
            {
                hash.Restart();
                (length, resumed) = (0, false);
                progress?.Invoke(0);
            }

            var total = response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange?.Length : response.Content.Headers.ContentLength;
            if (total is not null && total != file.Size)
            {
                File.Delete(part);
                throw Tampered(what, $"it has {total:N0} bytes", $"{file.Size:N0}");
            }

            if (!resumed)
            {
                RememberEtag(target, response.Headers.ETag);
            }

            await CopyAsync(response, file, part, length, hash, what, progress, cancellationToken);
        }

        if (hash.Matches(out var sha256, out var expected, out var actual))
        {
            return sha256;
        }

        File.Delete(part);

        // The older half may be what a crash has left on the disk: then a fresh start puts it right.
        throw Tampered(what, $"its hash is {actual}", expected, isTransient: resumed);
    }

    private async Task CopyAsync(
        HttpResponseMessage response, HubFile file, string part, long length, ContentHash hash, string what, Action<long>? progress, CancellationToken cancellationToken)
    {
        await using var target = disk.Open(part, append: length > 0);
        await using var source = await OverTheWireAsync(response.Content.ReadAsStreamAsync, what, cancellationToken);
        var buffer = new byte[BufferSize];
        for (int read; (read = await OverTheWireAsync(token => source.ReadAsync(buffer, token).AsTask(), what, cancellationToken)) > 0;)
        {
            length += read;
            if (length > file.Size)
            {
                File.Delete(part);
                throw Tampered(what, "it goes on", $"{file.Size:N0} bytes");
            }

            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            hash.Append(buffer.AsSpan(0, read));
            progress?.Invoke(length);
        }

        if (length < file.Size)
        {
            throw Interrupted(what, $"it ended after {length:N0} of {file.Size:N0} bytes");
        }
    }

    private async Task<(T Value, Uri? Next)> GetJsonAsync<T>(Uri uri, string what, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
        => await RepeatAsync(
            async () =>
            {
                using var response = await SendAsync(uri, what, mayLeave: false, prepare: null, cancellationToken);
                Expect(response, what);
                var content = await OverTheWireAsync(token => BufferAsync(response, token), what, cancellationToken);
                try
                {
                    return (JsonSerializer.Deserialize(content, type) ?? throw NotAHub(what), NextPage(response, uri, what));
                }
                catch (JsonException)
                {
                    throw NotAHub(what);
                }
            },
            position: null,
            cancellationToken);

    /// <summary>Sends and follows redirects; an answer of whatever status is an answer.</summary>
    /// <param name="mayLeave">Files may lie on another host, as their listing vouches for them; the listing may not.</param>
    private async Task<HttpResponseMessage> SendAsync(Uri uri, string what, bool mayLeave, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            request.Headers.UserAgent.ParseAdd("socialsentiment");
            if (_options.Token is { } token && IsEndpoint(uri))
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
                throw new HubException(HubError.Unsafe, $"{_endpoint} sends us from {uri.Scheme}://{uri.Authority} to {next.Scheme}://{next.Authority} for {what}, which is not followed.");
            }

            if (redirects == MaxRedirects)
            {
                throw new HubException(HubError.BadAnswer, $"{_endpoint} sends us in circles for {what}.");
            }

            uri = next;
        }
    }

    /// <summary>Throws what any other answer than success means.</summary>
    private void Expect(HttpResponseMessage response, string what)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var host = response.RequestMessage?.RequestUri is { } uri && !IsEndpoint(uri) ? $"{uri.Scheme}://{uri.Authority}" : _endpoint;
        var code = response.Headers.TryGetValues("X-Error-Code", out var codes) ? codes.FirstOrDefault() : null;
        var withToken = _options.Token is not null;
        throw (response.StatusCode, code) switch
        {
            (_, "GatedRepo") => new HubException(HubError.Unauthorized, $"{what} is gated: accept its terms at {_endpoint} and set HF_TOKEN to a token of the account that did."),
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

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date - time.GetUtcNow());
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    /// <summary>Tries again what may go better next time; getting further than ever before counts as a fresh start.</summary>
    private async Task<T> RepeatAsync<T>(Func<Task<T>> attempt, Func<long>? position, CancellationToken cancellationToken)
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

                if (++failures > _options.MaxRetries || error.RetryAfter > _options.MaxRetryAfter)
                {
                    throw;
                }

                var delay = error.RetryAfter ?? Backoff(failures);
                LogRetry(error.Message, delay);
                await Task.Delay(delay, time, cancellationToken);
            }
        }
    }

    private TimeSpan Backoff(int failures)
    {
        var delay = Math.Min(_options.RetryDelay.TotalMilliseconds * Math.Pow(2, failures - 1), _options.MaxRetryDelay.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(delay * (0.5 + (Random.Shared.NextDouble() / 2)));
    }

    /// <summary>Whatever goes wrong between here and the server is one kind of failure, told apart from those of the disk.</summary>
    private async Task<T> OverTheWireAsync<T>(Func<CancellationToken, Task<T>> call, string what, CancellationToken cancellationToken)
    {
        using var stall = new CancellationTokenSource(_options.StallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stall.Token);
        try
        {
            return await call(either.Token);
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new HubException(HubError.BadAnswer, $"{_endpoint} answers with more than anybody can want to read for {what}.", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw Interrupted(what, error.GetBaseException().Message, error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw Interrupted(what, string.Create(CultureInfo.InvariantCulture, $"nothing came for {_options.StallTimeout.TotalSeconds} s"), error);
        }
    }

    private static async Task<byte[]> BufferAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await response.Content.LoadIntoBufferAsync(MaxAnswerBytes, cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    private static async Task<string?> HashIfWholeAsync(string target, HubFile file, CancellationToken cancellationToken)
    {
        if (Length(target) != file.Size || !File.Exists(target))
        {
            return null;
        }

        using var hash = new ContentHash(file);
        await hash.AppendFileAsync(target, cancellationToken);
        return hash.Matches(out var sha256, out _, out _) ? sha256 : null;
    }

    private HubFile Listed(HubTreeEntry entry, string repository)
    {
        if (entry.Path is not { } path || !HubNames.IsPath(path))
        {
            throw new HubException(HubError.Unsafe, $"{_endpoint} lists '{entry.Path}' in {repository}, which is no path inside a repository; nothing is downloaded from it.");
        }

        var isLarge = entry.Lfs is not null;
        var file = new HubFile(path, entry.Lfs?.Size ?? entry.Size, entry.Lfs?.Oid, isLarge ? null : entry.Oid);
        return file.Size >= 0 && (isLarge ? HubNames.IsSha256(file.Sha256) : HubNames.IsCommit(file.GitOid))
            ? file
            : throw new HubException(HubError.BadAnswer, $"{_endpoint} states no usable checksum for {path} of {repository}.");
    }

    /// <summary>Long listings come in pages, each of which names the next.</summary>
    private Uri? NextPage(HttpResponseMessage response, Uri uri, string what)
    {
        var link = response.Headers.TryGetValues("Link", out var values)
            ? values.SelectMany(value => value.Split(',')).FirstOrDefault(value => value.Contains("rel=\"next\"", StringComparison.OrdinalIgnoreCase))
            : null;
        if (link is null)
        {
            return null;
        }

        var (start, end) = (link.IndexOf('<', StringComparison.Ordinal), link.IndexOf('>', StringComparison.Ordinal));
        if (start < 0 || end < start || !Uri.TryCreate(uri, link[(start + 1)..end], out var next))
        {
            throw NotAHub(what);
        }

        return IsEndpoint(next) ? next : throw new HubException(HubError.Unsafe, $"{_endpoint} continues its list of {what} at {next.Authority}, which is not followed.");
    }

    private bool IsEndpoint(Uri uri)
    {
        var endpoint = new Uri(_endpoint);
        return uri.Scheme == endpoint.Scheme && uri.Port == endpoint.Port && string.Equals(uri.IdnHost, endpoint.IdnHost, StringComparison.OrdinalIgnoreCase);
    }

    private Uri Resolve(HubSnapshot snapshot, HubFile file)
        => new($"{_endpoint}/{snapshot.Repository}/resolve/{snapshot.Commit}/{string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString))}");

    private static void CheckFile(HubSnapshot snapshot, HubFile file)
    {
        HubNames.Check(snapshot.Repository, snapshot.Commit);
        if (!HubNames.IsPath(file.Path))
        {
            throw new HubException(HubError.Unsafe, $"'{file.Path}' is no path inside {snapshot.Repository}.");
        }
    }

    private void RefuseOffline(string what)
    {
        if (_options.Offline)
        {
            throw new HubException(HubError.Offline, $"{what} cannot be read from {_endpoint}: offline mode is on (HF_HUB_OFFLINE, Hub:Offline).");
        }
    }

    private static string Name(HubSnapshot snapshot, HubFile file) => $"{file.Path} of {snapshot.Repository}";

    private HubException NotAHub(string what) => new(HubError.BadAnswer, $"{_endpoint} does not answer as a hub does when asked for {what}.");

    private HubException Interrupted(string what, string reason, Exception? inner = null)
        => new(HubError.Unreachable, $"{what} could not be read from {_endpoint}: {reason.TrimEnd('.')}.", inner) { IsTransient = true };

    private HubException Tampered(string what, string came, string expected, bool isTransient = false)
        => new(HubError.Tampered, $"{what} from {_endpoint} is not what the hub says it is: {came}, expected was {expected}. It is thrown away.") { IsTransient = isTransient };

    private static long Length(string path) => new FileInfo(path) is { Exists: true, Length: var length } ? length : 0;

    /// <summary>Whoever wrote it: a name without <c>.part</c> promises that a power cut cannot take the content back.</summary>
    private static void Flush(string path)
    {
        using var content = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        content.Flush(flushToDisk: true);
    }

    /// <summary>Where a file grows.</summary>
    public static string PartOf(string target) => $"{target}.part";

    private static string Etag(string target) => $"{target}.etag";

    private static EntityTagHeaderValue? KnownEtag(string target)
        => File.Exists(Etag(target)) && EntityTagHeaderValue.TryParse(File.ReadAllText(Etag(target)), out var etag) ? etag : null;

    /// <summary>A weak one promises nothing about bytes; the hash has to do without it.</summary>
    private static void RememberEtag(string target, EntityTagHeaderValue? etag)
    {
        File.Delete(Etag(target));
        if (etag is { IsWeak: false })
        {
            File.WriteAllText(Etag(target), etag.ToString());
        }
    }

    [LoggerMessage(LogLevel.Information, "Trying again in {Delay}: {Reason}")]
    private partial void LogRetry(string reason, TimeSpan delay);
}
