using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting.Dashboard;

/// <summary>The key to the resource service; none means that everyone may call.</summary>
internal sealed record ApiKey(string? Value)
{
    private readonly byte[]? _bytes = Value is null ? null : Encoding.UTF8.GetBytes(Value);

    /// <summary>Compares in a time that tells nothing about the key.</summary>
    public bool Opens(string? presented)
        => _bytes is null || (presented is not null && CryptographicOperations.FixedTimeEquals(_bytes, Encoding.UTF8.GetBytes(presented)));
}

/// <summary>Lets nobody through without the key; gRPC clients see 401 as Unauthenticated.</summary>
internal sealed class ApiKeyMiddleware(RequestDelegate next, ApiKey key)
{
    public const string HeaderName = "x-resource-service-api-key";

    public Task InvokeAsync(HttpContext context)
    {
        var presented = context.Request.Headers[HeaderName];
        if (key.Opens(presented.Count == 1 ? presented[0] : null))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}
