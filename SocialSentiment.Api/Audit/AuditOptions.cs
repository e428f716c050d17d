using System.ComponentModel.DataAnnotations;

namespace SocialSentiment.Api.Audit;

/// <summary>What becomes of the audit log.</summary>
internal sealed class AuditOptions
{
    /// <summary>How long an entry is kept.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(365);
}
