using System.Diagnostics;

namespace SocialSentiment.Messaging;

/// <summary>
/// Answers requests whose callers wait. To say that there is no room it throws <see cref="RpcOverloadedException"/>. It is
/// made for each request, in a scope of its own, unless it is registered otherwise beforehand.
/// </summary>
public interface IRpcHandler<TRequest, TResponse>
{
    /// <param name="cancellationToken">Fires when the caller has stopped waiting, and when the host does.</param>
    Task<TResponse> HandleAsync(TRequest request, RpcContext context, CancellationToken cancellationToken);
}

/// <summary>What is known about a request.</summary>
/// <param name="Remaining">How long the caller still waited when the handler was called.</param>
/// <param name="Trace">The trace that the request belongs to.</param>
/// <param name="Headers">The headers of the request; text comes as <see cref="string"/>.</param>
public sealed record RpcContext(TimeSpan Remaining, ActivityContext Trace, IReadOnlyDictionary<string, object?> Headers);
