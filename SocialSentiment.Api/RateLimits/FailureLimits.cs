using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace SocialSentiment.Api.RateLimits;

/// <summary>
/// Calls without a valid key, by address. Addresses are many and cost an attacker nothing, so they share a fixed number of
/// buckets: the memory is what it is, and to fill another's bucket one would have to know the seed. Who shows a valid key
/// is not held up by it, or a neighbour behind the same proxy could lock everybody out.
/// </summary>
internal sealed class FailureLimits
{
    private const int Buckets = 4_096;
    private const int NetworkBytes = 8;

    private readonly TokenBucket[] _buckets;
    private readonly int _seed = RandomNumberGenerator.GetInt32(int.MaxValue);
    private readonly TimeProvider _time;

    public FailureLimits(IOptions<RateLimitOptions> options, TimeProvider time)
    {
        var perSecond = options.Value.FailuresPerSecond;
        _time = time;
        _buckets = [.. Enumerable.Range(0, Buckets).Select(_ => new TokenBucket(perSecond, perSecond))];
    }

    public Take TryTake(IPAddress? address) => _buckets[IndexOf(address)].TryTake(_time.GetTimestamp());

    private int IndexOf(IPAddress? address)
    {
        if (address is null)
        {
            return 0;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);

        // Who has one IPv6 address has a whole network of them.
        var hash = new HashCode();
        hash.Add(_seed);
        hash.AddBytes(bytes[..(address.AddressFamily == AddressFamily.InterNetworkV6 ? NetworkBytes : length)]);
        return (int)((uint)hash.ToHashCode() % Buckets);
    }
}
