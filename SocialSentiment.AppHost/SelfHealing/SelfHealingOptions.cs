using Microsoft.Extensions.Configuration;
using SocialSentiment.AppHost.Infrastructure;

namespace SocialSentiment.AppHost.SelfHealing;

/// <summary>How patiently what crashes is started again; the configuration section <c>SelfHealing</c>.</summary>
internal sealed class SelfHealingOptions
{
    public const string Section = "SelfHealing";

    public bool Enabled { get; set; } = true;

    /// <summary>The wait before the first restart; it doubles with every crash in a row.</summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whoever was healthy for this long starts with a clean record.</summary>
    public TimeSpan HealthyFor { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>So many crashes in a row within <see cref="Window"/> and it is left alone.</summary>
    public int GiveUpAfter { get; set; } = 5;

    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(10);

    public static SelfHealingOptions From(IConfiguration configuration)
    {
        try
        {
            var options = configuration.GetSection(Section).Get<SelfHealingOptions>() ?? new();
            return options.IsValid
                ? options
                : throw new PlainErrorException($"The section {Section} needs positive times, a LongestDelay not below FirstDelay, and a GiveUpAfter of at least 1.");
        }
        catch (InvalidOperationException e)
        {
            throw new PlainErrorException($"The section {Section} cannot be read: {e.Message}");
        }
    }

    private bool IsValid =>
        FirstDelay > TimeSpan.Zero && LongestDelay >= FirstDelay && HealthyFor > TimeSpan.Zero && GiveUpAfter > 0 && Window > TimeSpan.Zero;
}
