using System.Buffers.Text;
using System.Security.Cryptography;

namespace SocialSentiment.Api.Keys;

/// <summary>What a key looks like: a prefix by which people and scanners of leaked secrets know it, and 256 random bits.</summary>
internal static class ApiKeys
{
    private const string Prefix = "ss_";
    private const int RandomBytes = 32;
    private const int HintLength = 4;
    private static readonly int s_length = Prefix.Length + Base64Url.GetEncodedLength(RandomBytes);

    public static string Make() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    public static string HintOf(string key) => key[^HintLength..];

    /// <summary>What does not is wrong without looking it up.</summary>
    public static bool LooksLikeOne(string shown) => shown.Length == s_length && shown.StartsWith(Prefix, StringComparison.Ordinal);
}
