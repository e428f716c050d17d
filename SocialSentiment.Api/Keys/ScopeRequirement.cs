using Microsoft.AspNetCore.Authorization;
using SocialSentiment.Contracts.Keys;

namespace SocialSentiment.Api.Keys;

/// <summary>A caller may do what its scope covers. What an endpoint needs it says itself, or its method does.</summary>
internal sealed class ScopeRequirement : AuthorizationHandler<ScopeRequirement>, IAuthorizationRequirement
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        if (context.Resource is HttpContext http && Caller.Of(http) is { } caller && caller.Scope >= NeededBy(http))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }

    public static Scope NeededBy(HttpContext context)
        => context.GetEndpoint() is RouteEndpoint endpoint
            ? NeededBy(endpoint.Metadata.GetMetadata<ScopeMetadata>(), context.Request.Method)
            : Scope.Read; // There is nothing at this address that could be done.

    public static Scope NeededBy(ScopeMetadata? said, string method)
        => said?.Scope ?? (HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? Scope.Read : Scope.Write);
}

/// <summary>What an endpoint says that its callers need.</summary>
internal sealed record ScopeMetadata(Scope Scope);
