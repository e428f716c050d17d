using System.ComponentModel.DataAnnotations;

namespace SocialSentiment.Api.Data;

/// <summary>How the service uses its database.</summary>
internal sealed class DatabaseOptions
{
    /// <summary>Connections per pool; there is one pool for reads and one for the posts' journey.</summary>
    [Range(4, 500)]
    public int MaxPoolSize { get; set; } = 20;

    [Range(1, 60)]
    public int ConnectTimeoutSeconds { get; set; } = 5;

    [Range(1, 600)]
    public int CommandTimeoutSeconds { get; set; } = 15;

    [Range(1, 600)]
    public int IdleInTransactionTimeoutSeconds { get; set; } = 15;
}
