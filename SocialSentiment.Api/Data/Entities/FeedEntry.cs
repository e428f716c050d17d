namespace SocialSentiment.Api.Data.Entities;

/// <summary>A line of the live feed. Ids are in the order of commits: see <see cref="Events.EventJournal"/>.</summary>
internal sealed class FeedEntry
{
    public long Id { get; set; }
    public Contracts.Events.PostEventKind Kind { get; set; }
    public Guid PostId { get; set; }
    public int Revision { get; set; }
    public DateTimeOffset At { get; set; }
    public string? TraceParent { get; set; }
}
