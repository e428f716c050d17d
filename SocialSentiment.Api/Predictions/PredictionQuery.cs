using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using SocialSentiment.Api.Http;
using SocialSentiment.Contracts;
using SocialSentiment.ServiceDefaults.Http;

namespace SocialSentiment.Api.Predictions;

/// <summary>The filters of <c>GET /predictions</c> as they came.</summary>
internal sealed record PredictionQuery(
    [property: FromQuery(Name = "label"), Description("Only predictions with this label: negative, neutral or positive.")] string? Label,
    [property: FromQuery(Name = "model"), Description("Only predictions by this model; vader for those of the lexicon.")] string? Model,
    [property: FromQuery(Name = "fallback"), Description("Only predictions that the lexicon made in a model's place (true), or only the others (false).")] string? Fallback,
    [property: FromQuery(Name = "from"), Description("Only predictions at or after this moment, such as 2026-11-21T12:30:00Z.")] string? From,
    [property: FromQuery(Name = "to"), Description("Only predictions before this moment.")] string? To,
    [property: FromQuery(Name = "limit"), Description("How many, from 1 to 200; 50 if not given.")] string? Limit,
    [property: FromQuery(Name = "after"), Description("The `next` of the page before.")] string? After)
{
    private const int MaxModel = 200;

    public PredictionFilter Parse(Validation validation)
    {
        var filter = new PredictionFilter(
            QueryText.Choice<SentimentLabel>(Label, "label", validation),
            QueryText.Text(Model, "model", MaxModel, validation),
            QueryText.Flag(Fallback, "fallback", validation),
            QueryText.Instant(From, "from", validation),
            QueryText.Instant(To, "to", validation),
            QueryText.Number(Limit, "limit", byDefault: 50, least: 1, most: 200, validation),
            QueryText.Cursor(After, "after", validation));

        QueryText.InOrder(filter.From, filter.To, validation);
        return filter;
    }
}

/// <summary>The filters, read.</summary>
internal sealed record PredictionFilter(
    SentimentLabel? Label, string? Model, bool? Fallback, DateTimeOffset? From, DateTimeOffset? To, int Limit, PageCursor? After);
