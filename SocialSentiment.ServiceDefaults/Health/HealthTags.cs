namespace SocialSentiment.ServiceDefaults.Health;

/// <summary>What a health check is about.</summary>
public static class HealthTags
{
    /// <summary>The check says whether the process itself still works; <c>/alive</c> asks these.</summary>
    public const string Live = "live";

    /// <summary>The check asks another process; the status lists these.</summary>
    public const string Dependency = "dependency";
}
