using System.ComponentModel.DataAnnotations;

namespace SocialSentiment.Web.Options;

/// <summary>How the status page keeps itself up to date; section <c>StatusPage</c>.</summary>
public sealed class StatusPageOptions
{
    public const string Section = "StatusPage";

    /// <summary>How often the page looks again. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer may take before the API counts as unreachable. Default 6 s: the API itself gives each of its dependencies five.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(6);
}
