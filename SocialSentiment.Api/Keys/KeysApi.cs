using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using SocialSentiment.Api.Audit;
using SocialSentiment.Api.Data;
using SocialSentiment.Api.Data.Entities;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Keys;
using SocialSentiment.ServiceDefaults.Http;
using SocialSentiment.ServiceDefaults.Security;

namespace SocialSentiment.Api.Keys;

/// <summary>Keys: making, listing and revoking them.</summary>
internal static class KeysApi
{
    private const int MaxNameLength = 100;
    private const int MaxRequestsPerMinute = 10_000_000;

    public static void MapKeys(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/keys").WithTags("Keys").RequireScope(Scope.Admin);

        group.MapPost("", CreateAsync)
            .WithName("CreateKey")
            .WithSummary("Makes a key. This is the only time that it is shown; it works on every replica within a second.")
            .Accepts<CreateKeyRequest>("application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        group.MapGet("", ListAsync)
            .WithName("ListKeys")
            .WithSummary("Every key with its state and when it was last used, newest first.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        group.MapDelete("/{id:guid}", RevokeAsync)
            .WithName("RevokeKey")
            .WithSummary("Takes a key back for good; it stops working on every replica within a second. What is revoked already stays so.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<Results<Created<CreatedKeyResponse>, ProblemHttpResult>> CreateAsync(
        HttpContext context, SentimentDbContext db, KeyRing ring, TimeProvider time, CancellationToken cancellationToken)
    {
        var (request, problem) = await JsonBody.ReadAsync(context, ContractsJson.Default.CreateKeyRequest);
        if (request is null)
        {
            return problem!;
        }

        var now = time.GetUtcNow();
        var validation = new Validation();
        var name = CheckName(request.Name, validation);
        if (request.Scope is null)
        {
            validation.Add("scope", "must be one of read, write, admin");
        }

        if (request.RequestsPerMinute is < 1 or > MaxRequestsPerMinute)
        {
            validation.Add("requests_per_minute", string.Create(CultureInfo.InvariantCulture, $"must be a whole number from 1 to {MaxRequestsPerMinute}"));
        }

        if (request.ExpiresAt <= now)
        {
            validation.Add("expires_at", "must lie in the future");
        }

        if (validation.Failed)
        {
            return validation.ToProblem();
        }

        var secret = ApiKeys.Make();
        var draft = AuditDraft.Of(context)!;
        var key = new ApiKey
        {
            Id = Guid.CreateVersion7(now),
            Name = name!,
            Hash = ShownKey.Hash(secret),
            Hint = ApiKeys.HintOf(secret),
            Scopes = (short)request.Scope!.Value,
            RequestsPerMinute = request.RequestsPerMinute,
            CreatedAt = now,
            CreatedBy = draft.Actor,
            ExpiresAt = request.ExpiresAt?.ToUniversalTime(),
        };
        var place = $"/keys/{key.Id}";
        db.ApiKeys.Add(key);
        db.AuditEntries.Add(draft.ToEntry(StatusCodes.Status201Created, place));
        await db.SaveChangesAsync(cancellationToken);
        draft.IsWritten = true;
        await ring.TryRefreshAsync(cancellationToken);

        // Not for any cache on the way.
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created(
            place, new CreatedKeyResponse(key.Id, secret, key.Hint, key.Name, request.Scope.Value, key.RequestsPerMinute, key.CreatedAt, key.ExpiresAt));
    }

    private static async Task<Ok<KeyList>> ListAsync(SentimentDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var keys = await db.ApiKeys.AsNoTracking().OrderByDescending(key => key.Id).ToListAsync(cancellationToken);
        return TypedResults.Ok(new KeyList([.. keys.Select(key => new KeyResponse(
            key.Id,
            key.Name,
            key.Hint,
            (Scope)key.Scopes,
            HeldKey.StateOf(key.ExpiresAt, key.RevokedAt, now),
            key.RequestsPerMinute,
            key.CreatedAt,
            key.CreatedBy,
            key.ExpiresAt,
            key.RevokedAt,
            key.RevokedBy,
            key.LastUsedAt))]));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        Guid id, HttpContext context, SentimentDbContext db, KeyRing ring, TimeProvider time, CancellationToken cancellationToken)
    {
        var draft = AuditDraft.Of(context)!;
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            // Of several who revoke it at once the first is the one who did.
            var revoked = await db.ApiKeys.Where(key => key.Id == id && key.RevokedAt == null).ExecuteUpdateAsync(
                change => change.SetProperty(key => key.RevokedAt, time.GetUtcNow()).SetProperty(key => key.RevokedBy, draft.Actor), cancellationToken);
            if (revoked == 0 && !await db.ApiKeys.AnyAsync(key => key.Id == id, cancellationToken))
            {
                return TypedResults.Problem("There is no such key.", statusCode: StatusCodes.Status404NotFound);
            }

            db.AuditEntries.Add(draft.ToEntry(StatusCodes.Status204NoContent));
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        draft.IsWritten = true;
        await ring.TryRefreshAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static string? CheckName(string? text, Validation validation)
    {
        var name = text?.Trim();
        if (name is not { Length: > 0 and <= MaxNameLength } || !TextRules.IsValidUnicode(name) || name.EnumerateRunes().Any(IsInvisible))
        {
            validation.Add("name", $"must be 1 to {MaxNameLength} printable characters");
            return null;
        }

        if (Caller.IsReserved(name))
        {
            validation.Add("name", "is what the audit log calls somebody else");
            return null;
        }

        return name;
    }

    private static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse;
}
