using System.Diagnostics;
using SocialSentiment.Api.Data.Entities;
using SocialSentiment.Api.Keys;
using SocialSentiment.ServiceDefaults.Security;

namespace SocialSentiment.Api.Audit;

/// <summary>What is known of a changing call before it is answered.</summary>
internal sealed class AuditDraft(HttpContext context, string action, DateTimeOffset at)
{
    private const string ActorHeader = "X-Actor";
    private const int MaxActorLength = 100;
    private const int MaxPathLength = 500;

    // Taken now: after an exception the endpoint is gone, and after the answer the trace.
    private readonly string? _traceId = Activity.Current?.TraceId.ToHexString();

    public HttpContext Context => context;

    /// <summary>An endpoint that has written its entry together with its change says so.</summary>
    public bool IsWritten { get; set; }

    public string Actor => Caller.Of(context) is { } caller ? NameOf(caller) : ApiKeyHandler.RefusedName(context) ?? Caller.Anonymous;

    public static AuditDraft? Of(HttpContext context) => context.Features.Get<AuditDraft>();

    public AuditEntry ToEntry(int status, string? target = null)
        => new()
        {
            At = at,
            Actor = Actor,
            KeyId = Caller.Of(context)?.KeyId,
            Action = action,
            Method = context.Request.Method,
            Path = AuditText.Clean(context.Request.Path.Value ?? "", MaxPathLength),
            Target = target is null ? null : AuditText.Clean(target, MaxPathLength),
            Status = (short)status,
            Address = ShownKey.AddressOf(context)?.ToString(),
            TraceId = _traceId,
        };

    /// <summary>Many people stand behind the service's key; the platform's own parts say for whom they call.</summary>
    private string NameOf(Caller caller)
        => caller == Caller.Service && AuditText.Clean(context.Request.Headers[ActorHeader].ToString(), MaxActorLength) is { Length: > 0 } actor
            ? $"{caller.Name} ({actor})"
            : caller.Name;
}
