using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace SocialSentiment.Testing;

/// <summary>
/// A model hub on this machine, with the part of Hugging Face's HTTP interface that downloads need: revisions, listings,
/// files. Large files lie on a second server, as with the real one. It misbehaves as it is told.
/// </summary>
public sealed class HubStandIn : IAsyncDisposable
{
    private const int ChunkSize = 32 * 1024;

    private readonly ConcurrentDictionary<string, HubRepository> _repositories = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<HubRequest> _requests = new();
    private readonly ConcurrentQueue<(HttpStatusCode Status, int? RetryAfter)> _failures = new();
    private TestWebApp? _hub;
    private TestWebApp? _cdn;
    private int _etags;

    private HubStandIn()
    {
    }

    public Uri Address => _hub!.Address;

    public Uri CdnAddress => _cdn!.Address;

    /// <summary>What is asked for before anything is shown.</summary>
    public string? Token { get; set; }

    /// <summary>Files per page of a listing.</summary>
    public int PageSize { get; set; } = 1000;

    /// <summary>What came in, in its order.</summary>
    public IReadOnlyList<HubRequest> Requests => [.. _requests];

    public static async Task<HubStandIn> StartAsync(CancellationToken cancellationToken)
    {
        var hub = new HubStandIn();
        hub._cdn = await TestWebApp.StartAsync(null, app => app.Run(hub.ServeCdnAsync), cancellationToken);
        hub._hub = await TestWebApp.StartAsync(null, app => app.Run(hub.ServeAsync), cancellationToken);
        return hub;
    }

    /// <summary>Adds a repository of files that are in memory.</summary>
    public HubRepository Add(string name, IReadOnlyDictionary<string, byte[]> files) => _repositories[name] = new HubRepository(files);

    /// <summary>Adds a repository of what is in a folder now.</summary>
    public HubRepository AddFolder(string name, string folder) => Add(
        name,
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(folder, path).Replace('\\', '/'), File.ReadAllBytes, StringComparer.Ordinal));

    /// <summary>Answers the next requests, whatever they are, with a status.</summary>
    public void FailNext(int times, HttpStatusCode status, int? retryAfterSeconds = null)
    {
        for (var i = 0; i < times; i++)
        {
            _failures.Enqueue((status, retryAfterSeconds));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _hub!.DisposeAsync();
        await _cdn!.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        Record(context, onCdn: false);
        var path = context.Request.Path.Value!;
        if (_failures.TryDequeue(out var failure))
        {
            context.Response.StatusCode = (int)failure.Status;
            context.Response.Headers.RetryAfter = failure.RetryAfter?.ToString(CultureInfo.InvariantCulture);
        }
        else if (Token is not null && context.Request.Headers.Authorization != $"Bearer {Token}")
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else if (Match(path, "/api/models/", "/revision/") is ({ } model, var revision) && (revision == "main" || revision == model.Commit))
        {
            string[] tags = model.Licence is null ? [] : [$"license:{model.Licence}"];
            await context.Response.WriteAsJsonAsync(new { id = "model", sha = model.Commit, tags }, context.RequestAborted);
        }
        else if (Match(path, "/api/models/", "/tree/") is ({ } listed, var commit) && commit == listed.Commit)
        {
            await ListAsync(context, listed);
        }
        else if (Match(path, "/", "/resolve/") is ({ } repository, var rest) && rest.StartsWith($"{repository.Commit}/", StringComparison.Ordinal)
            && rest[(repository.Commit.Length + 1)..] is var file && repository.Files.ContainsKey(file))
        {
            if (repository.Faults(file).RedirectTo is { } elsewhere)
            {
                context.Response.Redirect(elsewhere.ToString());
            }
            else if (HubRepository.IsLarge(file))
            {
                context.Response.Redirect($"{CdnAddress.ToString().TrimEnd('/')}{path}?signature=of-the-hub");
            }
            else
            {
                await SendAsync(context, repository, file);
            }
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    private async Task ServeCdnAsync(HttpContext context)
    {
        Record(context, onCdn: true);
        if (context.Request.Query.ContainsKey("signature") && Match(context.Request.Path.Value!, "/", "/resolve/") is ({ } repository, var rest))
        {
            await SendAsync(context, repository, rest[(rest.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
        }
    }

    private async Task ListAsync(HttpContext context, HubRepository repository)
    {
        var entries = repository.Files.OrderBy(file => file.Key, StringComparer.Ordinal)
            .Select(file => Entry(file.Key, file.Value, repository.Faults(file.Key)))
            .Concat(repository.ExtraPaths.Select(path => Entry(path, [], new HubFileFaults())))
            .Prepend(new { type = "directory", path = "onnx", size = 0, oid = new string('0', 40) })
            .ToArray();
        var from = int.TryParse(context.Request.Query["cursor"], CultureInfo.InvariantCulture, out var cursor) ? cursor : 0;
        if (from + PageSize < entries.Length)
        {
            context.Response.Headers.Link = $"<{Address.ToString().TrimEnd('/')}{context.Request.Path}?recursive=true&cursor={from + PageSize}>; rel=\"next\"";
        }

        await context.Response.WriteAsJsonAsync(entries.Skip(from).Take(PageSize), context.RequestAborted);
    }

    private static object Entry(string path, byte[] content, HubFileFaults faults)
    {
        var size = faults.StatedSize ?? content.Length;
        var oid = HubRepository.GitOid(content);
        return HubRepository.IsLarge(path)
            ? new { type = "file", path, size, oid, lfs = new { oid = faults.StatedSha256 ?? HubRepository.Sha256(content), size, pointerSize = 134 } }
            : new { type = "file", path, size, oid };
    }

    private async Task SendAsync(HttpContext context, HubRepository repository, string path)
    {
        var faults = repository.Faults(path);
        var content = faults.SentInstead ?? repository.Files[path];
        var etag = faults.ChangesEtags ? $"\"{Interlocked.Increment(ref _etags)}\"" : $"\"{HubRepository.Sha256(content)}\"";
        var response = context.Response;
        response.Headers.ETag = etag;
        response.Headers.AcceptRanges = "bytes";
        var from = faults.IgnoresRanges ? 0 : RangeStart(context.Request, etag);
        if (from > 0 && from >= content.Length)
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            return;
        }

        if (from > 0)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }

        response.ContentLength = content.Length - from;
        var cut = faults.Cuts > 0 ? faults.CutAfter : int.MaxValue;
        faults.Cuts--;
        var gate = faults.Gate;
        for (int sent = 0, next; from + sent < content.Length; sent = next)
        {
            if (sent == cut)
            {
                // Less than was promised, which has Kestrel close the connection; aborting it could take back what was sent.
                return;
            }

            if (sent == gate?.After)
            {
                await gate.PassAsync(context.RequestAborted);
            }

            next = Math.Min(sent + ChunkSize, content.Length - from);
            next = Math.Min(next, cut > sent ? cut : next);
            next = gate is not null && gate.After > sent ? Math.Min(next, gate.After) : next;
            await response.Body.WriteAsync(content.AsMemory(from + sent, next - sent), context.RequestAborted);
            await response.Body.FlushAsync(context.RequestAborted);
        }
    }

    /// <summary>Where to begin; at the beginning if the client has an older file than ours.</summary>
    private static int RangeStart(HttpRequest request, string etag)
    {
        var range = request.GetTypedHeaders().Range?.Ranges.FirstOrDefault();
        return request.Headers.IfRange is [{ Length: > 0 } wanted] && wanted != etag ? 0 : (int)(range?.From ?? 0);
    }

    private (HubRepository? Repository, string Tail) Match(string path, string before, string after)
        => path.StartsWith(before, StringComparison.Ordinal) && path.IndexOf(after, StringComparison.Ordinal) is var end && end > before.Length
            ? (_repositories.GetValueOrDefault(path[before.Length..end]), path[(end + after.Length)..])
            : (null, "");

    private void Record(HttpContext context, bool onCdn)
    {
        var headers = context.Request.Headers;
        _requests.Enqueue(new HubRequest(context.Request.Path.Value!, onCdn, headers.Range, headers.IfRange, headers.Authorization));
    }
}
