using Microsoft.EntityFrameworkCore;
using SocialSentiment.Api.Data;
using SocialSentiment.Api.Data.Entities;
using SocialSentiment.Api.Http;
using SocialSentiment.Api.Posts;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Contracts.Predictions;

namespace SocialSentiment.Api.Predictions;

/// <summary>Finds kept predictions for those who ask.</summary>
internal sealed class PredictionReader(SentimentDbContext db)
{
    public async Task<KeptPrediction?> FindAsync(Guid id, CancellationToken cancellationToken)
        => await db.Predictions.AsNoTracking().SingleOrDefaultAsync(prediction => prediction.Id == id, cancellationToken) is { } prediction ? ToResponse(prediction) : null;

    public async Task<PredictionPage> ListAsync(PredictionFilter filter, CancellationToken cancellationToken)
    {
        var predictions = db.Predictions.AsNoTracking();
        if (filter.Label is { } label)
        {
            predictions = predictions.Where(prediction => prediction.Label == label);
        }

        if (filter.Model is { } model)
        {
            predictions = predictions.Where(prediction => prediction.Model == model);
        }

        if (filter.Fallback is { } fallback)
        {
            predictions = predictions.Where(prediction => prediction.FallbackReason != null == fallback);
        }

        if (filter.From is { } from)
        {
            predictions = predictions.Where(prediction => prediction.At >= from);
        }

        if (filter.To is { } to)
        {
            predictions = predictions.Where(prediction => prediction.At < to);
        }

        if (filter.After is { } after)
        {
            predictions = predictions.Where(prediction => EF.Functions.LessThan(ValueTuple.Create(prediction.At, prediction.Id), ValueTuple.Create(after.At, after.Id)));
        }

        var page = await predictions
            .OrderByDescending(prediction => prediction.At)
            .ThenByDescending(prediction => prediction.Id)
            .Take(filter.Limit + 1)
            .ToListAsync(cancellationToken);
        return new PredictionPage(
            [.. page.Take(filter.Limit).Select(ToResponse)], PageCursor.Next(page, filter.Limit, prediction => new PageCursor(prediction.At, prediction.Id)));
    }

    private static KeptPrediction ToResponse(Prediction prediction) => new(
        prediction.Id,
        prediction.At,
        prediction.Text,
        prediction.Label,
        PostRow.Confidence(prediction.Confidence),
        PostRow.Confidence(prediction.Compound),
        new LabelProbabilities(PostRow.Confidence(prediction.Negative), PostRow.Confidence(prediction.Neutral), PostRow.Confidence(prediction.Positive)),
        prediction.Model,
        prediction.Version,
        PostRow.Confidence(prediction.DurationMs),
        prediction.FallbackReason is not null,
        FallbackReasons.Read(prediction.FallbackReason),
        prediction.Cached,
        prediction.Caller,
        prediction.TraceId);
}
