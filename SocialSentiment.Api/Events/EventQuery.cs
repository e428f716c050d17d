using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using SocialSentiment.Api.Http;
using SocialSentiment.Api.Posts;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Events;
using SocialSentiment.ServiceDefaults.Http;

namespace SocialSentiment.Api.Events;

/// <summary>The filters of <c>GET /events</c> as they came.</summary>
internal sealed record EventQuery(
    [property: FromQuery(Name = "kind"), Description("Only these events, separated by commas, such as labelled,dead.")] string? Kind,
    [property: FromQuery(Name = "label"), Description("Only events of posts with this label: negative, neutral or positive.")] string? Label,
    [property: FromQuery(Name = "source"), Description("Only events of posts of this source.")] string? Source,
    [property: FromQuery(Name = "author"), Description("Only events of posts of this author.")] string? Author,
    [property: FromQuery(Name = "last_event_id"), Description("The last event that was seen, where the header Last-Event-ID cannot be set.")] string? LastEventId)
{
    /// <summary>The header wins: a browser that reconnects sends it, with the address it was first given.</summary>
    public EventFilter Parse(string? header, Validation validation)
    {
        var resume = string.IsNullOrEmpty(header) ? LastEventId : header;
        long? after = null;
        if (!string.IsNullOrEmpty(resume))
        {
            if (long.TryParse(resume, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                after = number;
            }
            else
            {
                validation.Add("last_event_id", "must be the id of an event");
            }
        }

        var kinds = Kind?.Split(',', StringSplitOptions.TrimEntries)
            .Select(kind => QueryText.Choice<PostEventKind>(kind, "kind", validation))
            .OfType<PostEventKind>()
            .ToHashSet();
        return new EventFilter(
            kinds,
            QueryText.Choice<SentimentLabel>(Label, "label", validation),
            QueryText.Text(Source, "source", PostRules.MaxSourceLength, validation),
            QueryText.Text(Author, "author", PostRules.MaxNameLength, validation),
            after);
    }
}

/// <summary>Which events a listener wants. A deleted post has no label, source or author any more: whoever filters hears of all deletions.</summary>
internal sealed record EventFilter(HashSet<PostEventKind>? Kinds, SentimentLabel? Label, string? Source, string? Author, long? After)
{
    public bool Wants(PostEvent item)
        => (Kinds is null || Kinds.Contains(item.Kind))
            && (item.Kind == PostEventKind.Deleted
                || ((Label is null || item.Post?.Sentiment?.Label == Label)
                    && (Source is null || item.Post?.Source == Source)
                    && (Author is null || item.Post?.Author == Author)));
}
