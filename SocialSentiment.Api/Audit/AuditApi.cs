using System.Buffers.Binary;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using SocialSentiment.Api.Data;
using SocialSentiment.Api.Data.Entities;
using SocialSentiment.Api.Http;
using SocialSentiment.Api.Keys;
using SocialSentiment.Contracts.Audit;
using SocialSentiment.Contracts.Keys;
using SocialSentiment.ServiceDefaults.Http;

namespace SocialSentiment.Api.Audit;

/// <summary>Who changed what.</summary>
internal static class AuditApi
{
    public static void MapAudit(this IEndpointRouteBuilder endpoints)
        => endpoints.MapGet("/audit", ListAsync)
            .WithName("ListAudit")
            .WithTags("Keys")
            .WithSummary("Every call that changed something or was refused it, newest first.")
            .RequireScope(Scope.Admin)
            .ProducesProblem(StatusCodes.Status400BadRequest);

    /// <summary>For what has a method that changes things but changes nothing, or nothing of anybody's concern.</summary>
    public static TBuilder NotAudited<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder
        => endpoints.WithMetadata(new NotAuditedMetadata());

    private static async Task<Results<Ok<AuditPage>, ProblemHttpResult>> ListAsync(
        [AsParameters] AuditQuery query, SentimentDbContext db, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        var filter = query.Parse(validation);
        if (validation.Failed)
        {
            return validation.ToProblem();
        }

        // In the order of writing, which is that of time to within a second, and which an index has.
        var page = await Matching(db.AuditEntries.AsNoTracking(), filter)
            .OrderByDescending(entry => entry.Id)
            .Take(filter.Limit + 1)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(new AuditPage(
            [.. page.Take(filter.Limit).Select(ToResponse)],
            PageCursor.Next(page, filter.Limit, CursorOf)));
    }

    private static IQueryable<AuditEntry> Matching(IQueryable<AuditEntry> entries, AuditFilter filter)
    {
        if (filter.Actor is { } actor)
        {
            entries = entries.Where(entry => entry.Actor == actor);
        }

        if (filter.Action is { } action)
        {
            entries = entries.Where(entry => entry.Action == action);
        }

        if (filter.From is { } from)
        {
            entries = entries.Where(entry => entry.At >= from);
        }

        if (filter.To is { } to)
        {
            entries = entries.Where(entry => entry.At < to);
        }

        if (filter.After is { } after)
        {
            var last = NumberOf(after);
            entries = entries.Where(entry => entry.Id < last);
        }

        return entries;
    }

    private static AuditEntryResponse ToResponse(AuditEntry entry)
        => new(entry.Id, entry.At, entry.Actor, entry.KeyId, entry.Action, entry.Method, entry.Path, entry.Target, entry.Status, entry.Address, entry.TraceId);

    /// <summary>Entries are numbered; their number stands at the end of the id of a page's cursor.</summary>
    private static PageCursor CursorOf(AuditEntry entry)
    {
        Span<byte> id = stackalloc byte[16];
        id.Clear();
        BinaryPrimitives.WriteInt64BigEndian(id[8..], entry.Id);
        return new PageCursor(entry.At, new Guid(id, bigEndian: true));
    }

    private static long NumberOf(PageCursor cursor)
    {
        Span<byte> id = stackalloc byte[16];
        cursor.Id.TryWriteBytes(id, bigEndian: true, out _);
        return BinaryPrimitives.ReadInt64BigEndian(id[8..]);
    }
}
