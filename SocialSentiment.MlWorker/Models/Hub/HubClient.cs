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
internal sealed class HubClient(HttpClient http, IOptions<HubOptions> options, ModelDisk disk, TimeProvider time, ILogger<HubClient> logger)
{
    private const int MaxPages = 200;
    private const long LargestFile = 1L << 40;
    private const int BufferSize = 128 * 1024;

    private readonly HubConnection _hub = new(http, options.Value, time, logger);

    /// <summary>Redirects are followed by hand: the hub sends to other hosts, and they must not see the token.</summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    /// <summary>Where a file grows.</summary>
    public static string PartOf(string target) => $"{target}.part";

    /// <summary>Says at once what every request would say.</summary>
    /// <exception cref="HubException">We are told not to ask the hub.</exception>
    public void RefuseOffline(string what) => _hub.RefuseOffline(what);

    public async Task<HubSnapshot> ReadAsync(string repository, string revision, CancellationToken cancellationToken)
    {
        HubNames.Check(repository, revision);
        _hub.RefuseOffline(repository);

        var what = revision == "main" ? repository : $"{repository} at {revision}";
        var (info, _) = await GetJsonAsync(
            new Uri($"{_hub.Endpoint}/api/models/{repository}/revision/{Uri.EscapeDataString(revision)}"), what, HubJson.Default.HubModelInfo, cancellationToken);
        if (!HubNames.IsCommit(info.Sha))
        {
            throw _hub.NotAHub(what);
        }

        var files = new List<HubFile>();
        var pages = 0;
        for (var page = new Uri($"{_hub.Endpoint}/api/models/{repository}/tree/{info.Sha}?recursive=true"); page is not null;)
        {
            if (++pages > MaxPages)
            {
                throw new HubException(HubError.BadAnswer, $"{_hub.Endpoint} lists more files of {what} than any model has.");
            }

            var (entries, next) = await GetJsonAsync(page, what, HubJson.Default.HubTreeEntryArray, cancellationToken);
            files.AddRange(entries.Where(entry => entry is { Type: "file" }).Select(entry => Listed(entry, repository)));
            page = next;
        }

        var licence = info.Tags?.FirstOrDefault(tag => tag?.StartsWith("license:", StringComparison.Ordinal) == true)?["license:".Length..];
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

            _hub.RefuseOffline(Name(snapshot, file));
            var part = PartOf(target);
            var sha256 = await _hub.RepeatAsync(() => DownloadPartAsync(snapshot, file, target, progress, cancellationToken), () => Length(part), cancellationToken);
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
        _hub.RefuseOffline(Name(snapshot, file));
        var what = Name(snapshot, file);
        if (file.Size > HubConnection.MaxAnswerBytes)
        {
            throw new HubException(HubError.Unusable, $"{what} has {file.Size:N0} bytes, which is too much to be read.");
        }

        return await _hub.RepeatAsync(
            async () =>
            {
                using var response = await _hub.SendAsync(Resolve(snapshot, file), what, mayLeave: true, prepare: null, cancellationToken);
                _hub.Expect(response, what);
                var content = await _hub.ReadAsync(response, what, cancellationToken);
                using var hash = new ContentHash(file);
                hash.Append(content);
                return hash.Matches(out _, out var expected, out var actual) ? content : throw Tampered(what, $"its hash is {actual}", expected);
            },
            position: null,
            cancellationToken);
    }

    private async Task<string> DownloadPartAsync(HubSnapshot snapshot, HubFile file, string target, Action<long>? progress, CancellationToken cancellationToken)
    {
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
        try
        {
            if (length < file.Size || length == 0)
            {
                resumed = await ReadRestAsync(snapshot, file, target, length, hash, progress, cancellationToken);
            }

            // The older half may be what a crash has left on the disk: then a fresh start puts it right.
            return hash.Matches(out var sha256, out var expected, out var actual)
                ? sha256
                : throw Tampered(Name(snapshot, file), $"its hash is {actual}", expected, isTransient: resumed);
        }
        catch (HubException error) when (error.Kind == HubError.Tampered)
        {
            File.Delete(part);
            throw;
        }
    }

    /// <returns>False: the server did not go on where the part ends, but sent the whole file.</returns>
    private async Task<bool> ReadRestAsync(
        HubSnapshot snapshot, HubFile file, string target, long length, ContentHash hash, Action<long>? progress, CancellationToken cancellationToken)
    {
        var what = Name(snapshot, file);
        var part = PartOf(target);
        var etag = length > 0 ? KnownEtag(target) : null;
        using var response = await _hub.SendAsync(
            Resolve(snapshot, file),
            what,
            mayLeave: true,
            request =>
            {
                request.Headers.Range = length > 0 ? new RangeHeaderValue(length, null) : null;
                request.Headers.IfRange = etag is null ? null : new RangeConditionHeaderValue(etag);
            },
            cancellationToken);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            File.Delete(part);
            throw _hub.Interrupted(what, "the server has no such range");
        }

        _hub.Expect(response, what);
        var content = response.Content.Headers;
        var goesOn = length > 0 && response.StatusCode == HttpStatusCode.PartialContent;
        if (goesOn && (content.ContentRange?.From != length || (etag is not null && response.Headers.ETag is { } now && !now.Equals(etag))))
        {
            // Parts of two different files must not be glued together, whatever the server makes of If-Range.
            File.Delete(part);
            throw _hub.Interrupted(what, "the server has another file than before");
        }

        var total = goesOn ? content.ContentRange?.Length : content.ContentLength;
        if (total is not null && total != file.Size)
        {
            throw Tampered(what, $"it has {total:N0} bytes", $"{file.Size:N0}");
        }

        if (!goesOn)
        {
            hash.Restart();
            length = 0;
            RememberEtag(target, response.Headers.ETag);
        }

        await CopyAsync(response, file, part, length, hash, what, progress, cancellationToken);
        return goesOn;
    }

    private async Task CopyAsync(
        HttpResponseMessage response, HubFile file, string part, long length, ContentHash hash, string what, Action<long>? progress, CancellationToken cancellationToken)
    {
        await using var target = disk.Open(part, append: length > 0);
        await using var source = await _hub.OverTheWireAsync(response.Content.ReadAsStreamAsync, what, cancellationToken);
        var buffer = new byte[BufferSize];
        for (int read; (read = await _hub.OverTheWireAsync(token => source.ReadAsync(buffer, token).AsTask(), what, cancellationToken)) > 0;)
        {
            length += read;
            if (length > file.Size)
            {
                throw Tampered(what, "it goes on", $"{file.Size:N0} bytes");
            }

            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            hash.Append(buffer.AsSpan(0, read));
            progress?.Invoke(length);
        }

        if (length < file.Size)
        {
            throw _hub.Interrupted(what, $"it ended after {length:N0} of {file.Size:N0} bytes");
        }
    }

    private async Task<(T Value, Uri? Next)> GetJsonAsync<T>(Uri uri, string what, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
        => await _hub.RepeatAsync(
            async () =>
            {
                using var response = await _hub.SendAsync(uri, what, mayLeave: false, prepare: null, cancellationToken);
                _hub.Expect(response, what);
                var content = await _hub.ReadAsync(response, what, cancellationToken);
                try
                {
                    return (JsonSerializer.Deserialize(content, type) ?? throw _hub.NotAHub(what), NextPage(response, uri, what));
                }
                catch (JsonException)
                {
                    throw _hub.NotAHub(what);
                }
            },
            position: null,
            cancellationToken);

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
            throw new HubException(HubError.Unsafe, $"{_hub.Endpoint} lists '{entry.Path}' in {repository}, which is no path inside a repository; nothing is downloaded from it.");
        }

        var isLarge = entry.Lfs is not null;
        var file = new HubFile(path, entry.Lfs?.Size ?? entry.Size, entry.Lfs?.Oid, isLarge ? null : entry.Oid);
        return file.Size is >= 0 and <= LargestFile && (isLarge ? HubNames.IsSha256(file.Sha256) : HubNames.IsCommit(file.GitOid))
            ? file
            : throw new HubException(HubError.BadAnswer, $"{_hub.Endpoint} states no usable size and checksum for {path} of {repository}.");
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
            throw _hub.NotAHub(what);
        }

        return _hub.IsEndpoint(next) ? next : throw new HubException(HubError.Unsafe, $"{_hub.Endpoint} continues its list of {what} at {next.Authority}, which is not followed.");
    }

    private Uri Resolve(HubSnapshot snapshot, HubFile file)
        => new($"{_hub.Endpoint}/{snapshot.Repository}/resolve/{snapshot.Commit}/{string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString))}");

    private static void CheckFile(HubSnapshot snapshot, HubFile file)
    {
        HubNames.Check(snapshot.Repository, snapshot.Commit);
        if (!HubNames.IsPath(file.Path))
        {
            throw new HubException(HubError.Unsafe, $"'{file.Path}' is no path inside {snapshot.Repository}.");
        }
    }

    private static string Name(HubSnapshot snapshot, HubFile file) => $"{file.Path} of {snapshot.Repository}";

    private HubException Tampered(string what, string came, string expected, bool isTransient = false)
        => new(HubError.Tampered, $"{what} from {_hub.Endpoint} is not what the hub says it is: {came}, expected was {expected}. It is thrown away.") { IsTransient = isTransient };

    private static long Length(string path) => new FileInfo(path) is { Exists: true, Length: var length } ? length : 0;

    /// <summary>Whoever wrote it: a name without <c>.part</c> promises that a power cut cannot take the content back.</summary>
    private static void Flush(string path)
    {
        using var content = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        content.Flush(flushToDisk: true);
    }

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
}
