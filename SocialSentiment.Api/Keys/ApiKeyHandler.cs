using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using SocialSentiment.Api.Http;
using SocialSentiment.Api.RateLimits;
using SocialSentiment.Contracts.Keys;
using SocialSentiment.ServiceDefaults.Security;

namespace SocialSentiment.Api.Keys;

/// <summary>Finds out who calls, by the key that is shown, and answers those who are not let in.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    ServiceKey serviceKey,
    KeyRing ring,
    FailureLimits failures,
    AccessMetrics metrics,
    IHostEnvironment environment) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "ApiKey";

    private Refusal _refusal = Refusal.NoKey;

    /// <summary>Whose key it was that no longer works; for the audit log.</summary>
    public static string? RefusedName(HttpContext context) => context.Items[typeof(ApiKeyHandler)] as string;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (ShownKey.Of(Request) is not { } shown)
        {
            return environment.IsDevelopment() && ShownKey.IsFromHere(Context) ? Admit(Caller.LocalDeveloper) : AuthenticateResult.NoResult();
        }

        var hash = ShownKey.Hash(shown);
        if (serviceKey.Is(hash))
        {
            return Admit(Caller.Service);
        }

        var key = ApiKeys.LooksLikeOne(shown) ? await ring.FindOrLookAsync(hash, Context.RequestAborted) : null;
        if (key is null)
        {
            return Refuse(ring.IsLoaded || !ApiKeys.LooksLikeOne(shown) ? Refusal.Unknown : Refusal.NotYetKnown);
        }

        var now = TimeProvider.GetUtcNow();
        switch (key.StateAt(now))
        {
            case KeyState.Active:
                key.Use(now);
                return Admit(key.Caller);

            case var state:
                Context.Items[typeof(ApiKeyHandler)] = key.Row.Name;
                return Refuse(state == KeyState.Expired ? Refusal.Expired : Refusal.Revoked);
        }
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        metrics.Refused(_refusal.Reason);
        if (_refusal == Refusal.NotYetKnown)
        {
            return Unavailable.Because(Context, _refusal.Detail).ExecuteAsync(Context);
        }

        var take = failures.TryTake(ShownKey.AddressOf(Context));
        if (!take.Granted)
        {
            metrics.Limited("address");
            return TooMany.AnswerAsync(Context, take, "Too many calls without a valid key came from this address.");
        }

        Response.Headers.WWWAuthenticate = "Bearer";
        return TypedResults.Problem(_refusal.Detail, statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        metrics.Refused("scope");
        var needed = ScopeRequirement.NeededBy(Context).ToString().ToLowerInvariant();
        var has = Caller.Of(Context)?.Scope.ToString().ToLowerInvariant();
        return TypedResults.Problem($"This needs a key with the scope {needed}; this one has {has}.", statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(Context);
    }

    private static AuthenticateResult Admit(Caller caller) => AuthenticateResult.Success(new AuthenticationTicket(caller.Principal, SchemeName));

    private AuthenticateResult Refuse(Refusal refusal)
    {
        _refusal = refusal;
        return AuthenticateResult.NoResult();
    }

    /// <summary>Why a caller is not let in.</summary>
    private sealed record Refusal(string Reason, string Detail)
    {
        public static readonly Refusal NoKey = new("no_key", $"Show a key, as {ShownKey.Header} or as a bearer token.");
        public static readonly Refusal Unknown = new("unknown", "There is no such key.");
        public static readonly Refusal Expired = new("expired", "The key has expired.");
        public static readonly Refusal Revoked = new("revoked", "The key was revoked.");
        public static readonly Refusal NotYetKnown = new("not_loaded", "The keys have not been read from the database yet; try again in a moment.");
    }
}
