using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SocialSentiment.Contracts.Status;
using SocialSentiment.ServiceDefaults.Health;

namespace SocialSentiment.ServiceDefaults.Status;

public static class StatusEndpoints
{
    /// <summary>Who asks how things are wants to know it now, above all when they are bad.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1.5);

    /// <summary>Maps <c>/</c> (what this is and where to go) and <c>/status</c> (how it is doing).</summary>
    /// <param name="endpoints">Where to map them.</param>
    /// <param name="links">Where to go, beyond what every service has.</param>
    public static IEndpointRouteBuilder MapStatus(this IEndpointRouteBuilder endpoints, params IEnumerable<(string Name, string Path)> links)
    {
        IEnumerable<(string Name, string Path)> common = [("status", "/status"), ("health", "/health"), ("alive", "/alive")];
        var all = common.Concat(links).ToDictionary(link => link.Name, link => link.Path, StringComparer.Ordinal);
        var group = endpoints.MapGroup("").WithTags("Status");

        group.MapGet("/", Ok<ServiceDescription> (ServiceInfo service) => TypedResults.Ok(new ServiceDescription(service.Name, service.Version, all)))
            .WithName("Index")
            .WithSummary("What this service is, and where to go from here.")
            .AllowAnonymous();

        group.MapGet("/status", StatusAsync)
            .WithName("Status")
            .WithSummary("Who is answering, since when, and the state of everything it depends on.")
            .WithDescription("Always 200 when the service answers; a dependency that is down is part of the answer. Use /health to decide on traffic.");

        return endpoints;
    }

    private static async Task<Ok<StatusResponse>> StatusAsync(ServiceInfo service, HealthReporter health, IEnumerable<IStatusSource> sources, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(s_patience);
        var additions = Task.WhenAll(sources.Select(source => LookAsync(source, patience.Token)));
        var status = new StatusResponse(
            service.Name,
            service.Version,
            service.Environment,
            service.Instance,
            service.StartedAt,
            Math.Round(service.Uptime.TotalSeconds, 1),
            await health.CheckDependenciesAsync(s_patience, context.RequestAborted));
        return TypedResults.Ok((await additions).Aggregate(status, (sum, add) => add(sum)));
    }

    private static async Task<Func<StatusResponse, StatusResponse>> LookAsync(IStatusSource source, CancellationToken patience)
    {
        try
        {
            return await source.LookAsync(patience).WaitAsync(patience);
        }
        catch (OperationCanceledException)
        {
            return status => status;
        }
    }
}
