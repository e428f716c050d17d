using Microsoft.AspNetCore.Http.HttpResults;
using SocialSentiment.Api.Audit;
using SocialSentiment.Api.Keys;
using SocialSentiment.Contracts.Failsafe;
using SocialSentiment.Contracts.Keys;

namespace SocialSentiment.Api.Failsafe;

/// <summary>The circuit breaker for those who watch it and those who have to step in.</summary>
internal static class FailsafeApi
{
    public static void MapFailsafe(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/failsafe").WithTags("Failsafe");

        group.MapGet("/status", Status)
            .WithName("FailsafeStatus")
            .WithSummary("Whether callers get the model or the lexicon, why, and since when; over all replicas of the API.");

        group.MapPost("/reset", (HttpContext context, Replicas replicas, CancellationToken cancellationToken) => OrderAsync(isolate: false, context, replicas, cancellationToken))
            .RequireScope(Scope.Admin)
            .WithName("ResetFailsafe")
            .WithSummary("Closes the circuit breaker on every replica: the model is asked again, and earlier failures are forgotten.")
            .WithDescription("A breaker closes by itself as soon as the model answers a probe; this is for those who know better, and the way back from isolate.");

        group.MapPost("/isolate", (HttpContext context, Replicas replicas, CancellationToken cancellationToken) => OrderAsync(isolate: true, context, replicas, cancellationToken))
            .RequireScope(Scope.Admin)
            .WithName("IsolateFailsafe")
            .WithSummary("Keeps callers from the model on every replica until it is reset: the lexicon answers.")
            .WithDescription("Posts go on being labelled by the model. The order holds as long as one replica of the API lives.");
    }

    private static Ok<FailsafeStatusResponse> Status(Replicas replicas, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(replicas.Status());
    }

    private static async Task<Ok<FailsafeStatusResponse>> OrderAsync(bool isolate, HttpContext context, Replicas replicas, CancellationToken cancellationToken)
    {
        await replicas.OrderAsync(isolate, AuditDraft.Of(context)?.Actor ?? "an operator", cancellationToken);
        return TypedResults.Ok(replicas.Status());
    }
}
