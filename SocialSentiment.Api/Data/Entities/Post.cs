using NpgsqlTypes;

namespace SocialSentiment.Api.Data.Entities;

/// <summary>What was said. Nothing here changes when the post is analysed, so its indexes are written once.</summary>
internal sealed class Post
{
    public Guid Id { get; set; }
    public int Revision { get; set; }
    public required string Text { get; set; }
    public string? Author { get; set; }
    public required string Source { get; set; }
    public string? ExternalId { get; set; }
    public string? Language { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset AcceptedAt { get; set; }
    public DateTimeOffset? EditedAt { get; set; }

    /// <summary>Tells the same post sent twice from another post under the same external id.</summary>
    public required byte[] ContentHash { get; set; }

    /// <summary>The text's words, kept by the database: a search that walks along the newest posts only has to look.</summary>
    public NpgsqlTsVector Words { get; set; } = null!;

    public Sentiment Sentiment { get; set; } = null!;
}
