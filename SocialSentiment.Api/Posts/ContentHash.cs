using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SocialSentiment.Api.Posts;

/// <summary>A fingerprint of what was sent: the same post sent twice has the same, another has another.</summary>
internal static class ContentHash
{
    public static byte[] Of(string text, string? author, string source, string? externalId, string? language, DateTimeOffset? createdAt)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var field in (ReadOnlySpan<string?>)[text, author, source, externalId, language, createdAt?.UtcTicks.ToString(CultureInfo.InvariantCulture)])
        {
            Append(hash, field);
        }

        return hash.GetHashAndReset();
    }

    public static byte[] OfKey(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>With its length before it, so that no two different lists of fields read the same.</summary>
    private static void Append(IncrementalHash hash, string? field)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        var bytes = field is null ? null : Encoding.UTF8.GetBytes(field);
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes?.Length ?? -1);
        hash.AppendData(length);
        hash.AppendData(bytes ?? []);
    }
}
