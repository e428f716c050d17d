using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using SocialSentiment.Api.Http;
using SocialSentiment.ServiceDefaults.Http;

namespace SocialSentiment.Api.Audit;

/// <summary>The filters of <c>GET /audit</c> as they came.</summary>
internal sealed record AuditQuery(
    [property: FromQuery(Name = "actor"), Description("Only what this key, or `service`, `local developer` or `anonymous` did.")] string? Actor,
    [property: FromQuery(Name = "action"), Description("Only this operation, such as DeletePost.")] string? Action,
    [property: FromQuery(Name = "from"), Description("Only what was asked for at or after this moment, such as 2026-11-21T12:30:00Z.")] string? From,
    [property: FromQuery(Name = "to"), Description("Only what was asked for before this moment.")] string? To,
    [property: FromQuery(Name = "limit"), Description("How many, from 1 to 200; 50 if not given.")] string? Limit,
    [property: FromQuery(Name = "after"), Description("The `next` of the page before.")] string? After)
{
    private const int MaxName = 250;

    public AuditFilter Parse(Validation validation)
    {
        var filter = new AuditFilter(
            QueryText.Text(Actor, "actor", MaxName, validation),
            QueryText.Text(Action, "action", MaxName, validation),
            QueryText.Instant(From, "from", validation),
            QueryText.Instant(To, "to", validation),
            QueryText.Number(Limit, "limit", byDefault: 50, least: 1, most: 200, validation),
            QueryText.Cursor(After, "after", validation));

        QueryText.InOrder(filter.From, filter.To, validation);
        return filter;
    }
}

/// <summary>The filters, read.</summary>
internal sealed record AuditFilter(string? Actor, string? Action, DateTimeOffset? From, DateTimeOffset? To, int Limit, PageCursor? After);
