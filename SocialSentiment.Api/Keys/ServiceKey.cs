using Microsoft.Extensions.Options;
using SocialSentiment.ServiceDefaults.Security;

namespace SocialSentiment.Api.Keys;

/// <summary>The key of the platform's own services and operators, hashed once.</summary>
internal sealed class ServiceKey(IOptions<SecurityOptions> options)
{
    private readonly byte[]? _hash = options.Value.ServiceKey is { Length: > 0 } key ? ShownKey.Hash(key) : null;

    public bool IsSet => _hash is not null;

    public bool Is(ReadOnlySpan<byte> hash) => _hash is not null && ShownKey.AreEqual(_hash, hash);
}
