using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;

namespace SocialSentiment.ServiceDefaults.Discovery;

/// <summary>
/// Turns <c>http://api</c> into the address configured under <c>services:api:http:0</c>, taking turns where there are
/// several. <c>https+http://api</c> takes the first scheme that has an address, <c>http://_admin.api</c> the endpoint
/// named admin. A name that is not configured is left alone: it may be a real host.
/// </summary>
internal sealed class ServiceEndpoints(IConfiguration configuration)
{
    private readonly ConcurrentDictionary<string, uint> _turns = new(StringComparer.OrdinalIgnoreCase);

    public Uri Resolve(Uri uri)
    {
        var schemes = uri.Scheme.Split('+');
        var (service, keys) = Parse(uri.Host, schemes);

        foreach (var key in keys)
        {
            if (NextAddress($"services:{service}:{key}") is { } address)
            {
                return Combine(address, schemes.Contains(key) ? key : schemes[0], uri);
            }
        }

        return schemes.Length == 1 ? uri : new UriBuilder(uri) { Scheme = schemes[0] }.Uri;
    }

    private static (string Service, string[] Keys) Parse(string host, string[] schemes)
        => host.StartsWith('_') && host.IndexOf('.', StringComparison.Ordinal) is var dot and > 1
            ? (host[(dot + 1)..], [host[1..dot]])
            : (host, schemes);

    private string? NextAddress(string section)
    {
        var configured = configuration.GetSection(section);
        string[] addresses = configured.Value is { Length: > 0 } single
            ? [single]
            : [.. configured.GetChildren().Select(child => child.Value).OfType<string>().Where(value => value.Length > 0)];

        return addresses.Length switch
        {
            0 => null,
            1 => addresses[0],
            _ => addresses[_turns.AddOrUpdate(section, 0, static (_, turn) => turn + 1) % (uint)addresses.Length],
        };
    }

    /// <summary>An address is <c>http://host:port</c>, or <c>host:port</c> for the scheme that was asked for.</summary>
    private static Uri Combine(string address, string scheme, Uri uri)
    {
        var target = new Uri(address.Contains("://", StringComparison.Ordinal) ? address : $"{scheme}://{address}");
        return new UriBuilder(uri)
        {
            Scheme = target.Scheme,
            Host = target.Host,
            Port = target.Port,
            Path = target.AbsolutePath.TrimEnd('/') + uri.AbsolutePath,
        }.Uri;
    }
}
