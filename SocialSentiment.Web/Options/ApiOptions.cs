namespace SocialSentiment.Web.Options;

/// <summary>How the web calls the API; section <c>Api</c>.</summary>
public sealed class ApiOptions
{
    public const string Section = "Api";

    /// <summary>The key that it shows. Without one it gets in only from the same machine, and only in Development.</summary>
    public string? Key { get; set; }
}
