using System.Text.Json;
using SocialSentiment.Contracts.Predictions;

namespace SocialSentiment.Api.Predictions;

/// <summary>Reasons as they are written everywhere: in answers, in the database, in metrics.</summary>
internal static class FallbackReasons
{
    private static readonly string[] s_names = [.. Enum.GetNames<FallbackReason>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    public static string Name(FallbackReason reason) => s_names[(int)reason];

    public static FallbackReason? Read(string? name) => Array.IndexOf(s_names, name) is >= 0 and var reason ? (FallbackReason)reason : null;
}
