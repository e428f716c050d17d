using System.Security.Claims;
using SocialSentiment.Api.RateLimits;
using SocialSentiment.Contracts.Keys;

namespace SocialSentiment.Api.Keys;

/// <summary>Who calls: one object for all requests of a key.</summary>
/// <param name="name">What the audit log calls it.</param>
/// <param name="scope">What it may do.</param>
/// <param name="keyId">Its key, if it is one of the table.</param>
/// <param name="limit">How much it may ask; nothing: as much as it likes.</param>
/// <param name="ended">Cancelled when its key ceases to work, for what outlasts a request's beginning.</param>
internal sealed class Caller(string name, Scope scope, Guid? keyId = null, KeyLimit? limit = null, CancellationToken ended = default)
{
    /// <summary>What the audit log calls those who showed nothing that it knows.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>Whoever shows the key of the platform's own services and operators.</summary>
    public static Caller Service { get; } = new("service", Scope.Admin);

    /// <summary>Whoever calls from this machine without a key, in Development.</summary>
    public static Caller LocalDeveloper { get; } = new("local developer", Scope.Admin);

    public string Name => name;

    public Scope Scope => scope;

    public Guid? KeyId => keyId;

    public KeyLimit? Limit => limit;

    public CancellationToken Ended => ended;

    public ClaimsPrincipal Principal => field ??= new ClaimsPrincipal(new Identity(this));

    /// <summary>Who sends this request; null where nobody was let in.</summary>
    public static Caller? Of(HttpContext context) => (context.User.Identity as Identity)?.Caller;

    /// <summary>Names that belong to callers who have no key of their own.</summary>
    public static bool IsReserved(string name)
        => new[] { Service.Name, LocalDeveloper.Name, Anonymous }.Any(reserved =>
            name.Equals(reserved, StringComparison.OrdinalIgnoreCase) || name.StartsWith(reserved + " (", StringComparison.OrdinalIgnoreCase));

    private sealed class Identity(Caller caller) : ClaimsIdentity([new Claim(ClaimTypes.Name, caller.Name)], ApiKeyHandler.SchemeName)
    {
        public Caller Caller => caller;
    }
}
