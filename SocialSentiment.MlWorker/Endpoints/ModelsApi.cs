using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Models;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Host;
using SocialSentiment.MlWorker.Models.Hub;
using SocialSentiment.MlWorker.Models.Store;
using SocialSentiment.ServiceDefaults.Http;
using SocialSentiment.ServiceDefaults.Security;

namespace SocialSentiment.MlWorker.Endpoints;

/// <summary>Models: what there is, what serves, and how to change that.</summary>
internal static class ModelsApi
{
    private const string ByHeader = "X-Actor";
    private const int LongestActor = 100;
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(15);

    public static void MapModels(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/models").WithTags("Models").RequireServiceKey();
        group.MapGet("", Ok<ModelListResponse> (ModelDirectory directory) => TypedResults.Ok(directory.List())).WithName("Models");
        group.MapGet("/events", WatchAsync).WithName("ModelEvents").DisableHttpMetrics();
        group.MapGet("/{key}", Ok<ModelResponse> (string key, ModelDirectory directory) => TypedResults.Ok(directory.Get(key))).WithName("Model");
        group.MapPost("/download", DownloadAsync).WithName("DownloadModel");
        group.MapDelete("/{key}/download", CancelDownloadAsync).WithName("CancelDownload");
        group.MapPost("/{key}/activate", ActivateAsync).WithName("ActivateModel");
        group.MapPost("/{key}/rollback", RollBackAsync).WithName("RollBackModel");
        group.MapDelete("/{key}", DeleteAsync).WithName("DeleteModel");
    }

    private static async Task<Results<Accepted<DownloadResponse>, ProblemHttpResult>> DownloadAsync(
        HttpContext context, ModelCatalog catalog, ModelDownloads downloads, HubRepositoryInspector inspector, HubClient hub)
    {
        var (request, problem) = await JsonBody.ReadAsync(context, ContractsJson.Default.DownloadModelRequest);
        if (problem is not null)
        {
            return problem;
        }

        if (string.IsNullOrWhiteSpace(request!.Model) == string.IsNullOrWhiteSpace(request.Repository))
        {
            return Validation.Problem("model", "or repository is required, and not both");
        }

        var entry = !string.IsNullOrWhiteSpace(request.Model)
            ? catalog.Get(request.Model)
            : await AddAsync(request, catalog, inspector, context.RequestAborted);
        if (entry.Source.Kind != SourceKind.Hub)
        {
            throw new ModelException(ModelError.Busy, $"{entry.Key} is not on the hub: there is nothing to download.");
        }

        hub.RefuseOffline(entry.Key);
        var download = downloads.Start(entry);
        return TypedResults.Accepted($"/models/{entry.Key}", DownloadNotices.Describe(download.Progress));
    }

    /// <summary>A repository is known from now on, whether or not its download succeeds.</summary>
    private static async Task<ModelEntry> AddAsync(DownloadModelRequest request, ModelCatalog catalog, HubRepositoryInspector inspector, CancellationToken cancellationToken)
    {
        var known = catalog.All.FirstOrDefault(entry =>
            entry.Source.Repository == request.Repository && (request.Revision is null || entry.Source.Revision == request.Revision) && (request.Key is null || entry.Key == request.Key));
        if (known is not null)
        {
            return known;
        }

        if (request.Key is { } wished && !ModelCatalog.IsKey(wished))
        {
            throw new ModelException(ModelError.Refused, $"'{wished}' is no key: {ModelCatalog.KeyRule}.");
        }

        var entry = await inspector.DescribeAsync(request.Repository!, request.Revision ?? "main", request.Key, cancellationToken);
        if (catalog.Find(entry.Key) is { } other && other.Source.Repository != entry.Source.Repository)
        {
            throw new ModelException(ModelError.Refused, $"{other.Key} is {other.Source.Repository ?? "a model of the catalog"} already: give {entry.Source.Repository} another key.");
        }

        catalog.Add(entry);
        return entry;
    }

    private static async Task<Ok<DownloadResponse>> CancelDownloadAsync(string key, HttpContext context, ModelCatalog catalog, ModelDownloads downloads, DownloadNotices notices)
    {
        var entry = catalog.Get(key);
        if (downloads.Latest(entry.Key) is not { IsFinished: false } download)
        {
            throw new ModelException(ModelError.Busy, $"No download of {entry.Key} is under way.");
        }

        if (!downloads.Cancel(entry.Key))
        {
            await notices.CancelElsewhereAsync(entry.Key, context.RequestAborted);
        }

        return TypedResults.Ok(DownloadNotices.Describe(downloads.Latest(entry.Key) ?? download));
    }

    private static async Task<Results<Ok<ActivationResponse>, ProblemHttpResult>> ActivateAsync(string key, HttpContext context, ModelHost host)
    {
        ActivateModelRequest? request = null;
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
        {
            (request, var problem) = await JsonBody.ReadAsync(context, ContractsJson.Default.ActivateModelRequest);
            if (problem is not null)
            {
                return problem;
            }
        }

        var previous = host.Active?.Key;
        return Activated(await host.ActivateAsync(key, request?.Version, Actor(context), context.RequestAborted), previous, host);
    }

    private static async Task<Ok<ActivationResponse>> RollBackAsync(string key, HttpContext context, ModelHost host)
    {
        var previous = host.Active?.Key;
        return Activated(await host.RollBackAsync(key, Actor(context), context.RequestAborted), previous, host);
    }

    private static async Task<Ok<DeletedModelResponse>> DeleteAsync(
        string key, HttpContext context, ModelCatalog catalog, ModelHost host, ModelStore store, ModelDownloads downloads, ModelAnnouncer announcer)
    {
        var entry = catalog.Get(key);
        if (entry.Source.Kind != SourceKind.Hub)
        {
            throw new ModelException(ModelError.Busy, $"{entry.Key} has no files of its own to delete.");
        }

        await host.UnloadAsync(entry.Key, context.RequestAborted);
        if (downloads.Cancel(entry.Key))
        {
            await downloads.Find(entry.Key)!.Completion.WaitAsync(context.RequestAborted);
        }

        var versions = store.Versions(entry.Key);
        store.Delete(entry.Key);
        catalog.Remove(entry.Key);
        announcer.Announce();
        return TypedResults.Ok(new DeletedModelResponse(entry.Key, [.. versions.Select(version => version.Version)], versions.Sum(version => version.Size)));
    }

    /// <summary>Downloads as they go on, as server-sent events.</summary>
    private static async Task WatchAsync(HttpContext context, ModelDownloads downloads, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        await using var events = downloads.WatchAsync(end.Token).GetAsyncEnumerator(end.Token);
        var next = events.MoveNextAsync().AsTask();
        try
        {
            await context.Response.WriteAsync(": downloads follow\n\n", end.Token);
            await context.Response.Body.FlushAsync(end.Token);
            while (true)
            {
                try
                {
                    if (!await next.WaitAsync(s_heartbeat, time, end.Token))
                    {
                        return;
                    }

                    var json = JsonSerializer.Serialize(DownloadNotices.Describe(events.Current), ContractsJson.Default.DownloadResponse);
                    await context.Response.WriteAsync($"event: download\ndata: {json}\n\n", end.Token);
                    next = events.MoveNextAsync().AsTask();
                }
                catch (TimeoutException)
                {
                    await context.Response.WriteAsync(": still here\n\n", end.Token);
                }

                await context.Response.Body.FlushAsync(end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The listener has left, or the service stops.
        }
        finally
        {
            // What is under way cannot be disposed of.
            await end.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static Ok<ActivationResponse> Activated(ModelActivation activation, string? previous, ModelHost host)
    {
        var model = host.Loaded.FirstOrDefault(model => model.Key == activation.Key);
        return TypedResults.Ok(new ActivationResponse(
            activation.Key, activation.Version, model?.Identity.Precision ?? "", ModelDirectory.Sentences(model?.Verification.Note, host.Note), activation.By, activation.At, previous));
    }

    /// <summary>Who says that he decides: for the records, not for permissions.</summary>
    private static string Actor(HttpContext context)
        => context.Request.Headers[ByHeader].ToString() is { Length: > 0 and <= LongestActor } actor && !actor.Any(char.IsControl) ? actor : "model service";
}
