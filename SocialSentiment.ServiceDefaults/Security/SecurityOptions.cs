namespace SocialSentiment.ServiceDefaults.Security;

/// <summary>Who may call a service; section <c>Security</c>.</summary>
public sealed class SecurityOptions
{
    public const string Section = "Security";

    /// <summary>The key that the platform's own services and its operators show. Without one only this machine may call, and only in Development.</summary>
    public string? ServiceKey { get; set; }
}
