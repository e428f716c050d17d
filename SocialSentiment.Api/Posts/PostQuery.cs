using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using SocialSentiment.Api.Http;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.ServiceDefaults.Http;

namespace SocialSentiment.Api.Posts;

/// <summary>The filters of <c>GET /posts</c> as they came.</summary>
internal sealed record PostQuery(
    [property: FromQuery(Name = "label"), Description("Only posts with this label: negative, neutral or positive.")] string? Label,
    [property: FromQuery(Name = "status"), Description("Only posts in this state: pending, labelled or dead.")] string? Status,
    [property: FromQuery(Name = "source"), Description("Only posts of this source.")] string? Source,
    [property: FromQuery(Name = "author"), Description("Only posts of this author.")] string? Author,
    [property: FromQuery(Name = "from"), Description("Only posts said at or after this moment, such as 2026-11-21T12:30:00Z.")] string? From,
    [property: FromQuery(Name = "to"), Description("Only posts said before this moment.")] string? To,
    [property: FromQuery(Name = "q"), Description("Only posts with these words; \"a phrase\", or, and -without work as in a search engine.")] string? Text,
    [property: FromQuery(Name = "limit"), Description("How many, from 1 to 200; 50 if not given.")] string? Limit,
    [property: FromQuery(Name = "after"), Description("The `next` of the page before.")] string? After)
{
    private const int MaxSearch = 500;

    public PostFilter Parse(Validation validation)
    {
        var filter = new PostFilter(
            QueryText.Choice<SentimentLabel>(Label, "label", validation),
            QueryText.Choice<PostStatus>(Status, "status", validation),
            QueryText.Text(Source, "source", PostRules.MaxSourceLength, validation),
            QueryText.Text(Author, "author", PostRules.MaxNameLength, validation),
            QueryText.Instant(From, "from", validation),
            QueryText.Instant(To, "to", validation),
            QueryText.Text(Text, "q", MaxSearch, validation),
            QueryText.Number(Limit, "limit", byDefault: 50, least: 1, most: 200, validation),
            QueryText.Cursor(After, "after", validation));

        QueryText.InOrder(filter.From, filter.To, validation);
        return filter;
    }
}

/// <summary>The filters, read.</summary>
internal sealed record PostFilter(
    SentimentLabel? Label,
    PostStatus? Status,
    string? Source,
    string? Author,
    DateTimeOffset? From,
    DateTimeOffset? To,
    string? Text,
    int Limit,
    PageCursor? After);
