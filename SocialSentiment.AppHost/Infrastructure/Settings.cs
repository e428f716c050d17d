using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace SocialSentiment.AppHost.Infrastructure;

/// <summary>Reads settings of the AppHost; a value that cannot be meant is refused with a sentence that names it.</summary>
internal static class Settings
{
    /// <summary>A port; 0 means any free one.</summary>
    public static int Port(IConfiguration configuration, string key, int byDefault) =>
        Number(configuration, key, byDefault, 0, 65_535);

    public static int Count(IConfiguration configuration, string key, int byDefault) =>
        Number(configuration, key, byDefault, 1, 64);

    /// <summary>Where the dashboard is: the first of the addresses the AppHost was told to use.</summary>
    public static string? DashboardUrl(IConfiguration configuration) =>
        configuration["ASPNETCORE_URLS"]?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault();

    private static int Number(IConfiguration configuration, string key, int byDefault, int min, int max)
    {
        if (configuration[key] is not { Length: > 0 } text)
        {
            return byDefault;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new PlainErrorException($"The setting {key} must be a number from {min} to {max}, not \"{text}\".");
    }
}
