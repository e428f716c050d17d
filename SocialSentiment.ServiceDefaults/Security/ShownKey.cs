using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace SocialSentiment.ServiceDefaults.Security;

/// <summary>The key that a caller shows, and where the caller is.</summary>
public static class ShownKey
{
    public const string Header = "X-Api-Key";

    private const string Scheme = "Bearer ";

    /// <summary>Shown as <c>X-Api-Key</c> or as a bearer token; null if there is none.</summary>
    public static string? Of(HttpRequest request)
        => request.Headers[Header].ToString() is { Length: > 0 } key ? key
        : request.Headers.Authorization.ToString() is { } value && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? value[Scheme.Length..].Trim()
        : null;

    /// <summary>What is kept of keys and compared, in a time that says nothing about how much is right: hashes have one length.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    public static bool AreEqual(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> other) => CryptographicOperations.FixedTimeEquals(hash, other);

    /// <summary>
    /// Whether the call comes from this machine. It is the connection's own end that counts: what a header says about it
    /// anybody can write, and <c>X-Forwarded-For</c> must not help even where the framework was told to believe it. What a
    /// browser sends to change something on behalf of somebody else's page comes from this machine, and from elsewhere.
    /// </summary>
    public static bool IsFromHere(HttpContext context)
        => IsLoopback(context.Connection.RemoteIpAddress) && (OwnEnd(context) is not { } end || IsLoopback(end)) && !IsForAnotherSite(context.Request);

    /// <summary>The address at the other end of the connection; null where there is none, as in a test host.</summary>
    public static IPAddress? AddressOf(HttpContext context)
        => (OwnEnd(context) ?? context.Connection.RemoteIpAddress) is { } address
            ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address
            : null;

    private static bool IsForAnotherSite(HttpRequest request)
        => !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none");

    private static IPAddress? OwnEnd(HttpContext context)
        => (context.Features.Get<IConnectionSocketFeature>()?.Socket.RemoteEndPoint as IPEndPoint)?.Address;

    private static bool IsLoopback(IPAddress? address) => address is not null && IPAddress.IsLoopback(address);
}
