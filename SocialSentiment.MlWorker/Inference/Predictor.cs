using Microsoft.Extensions.Options;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Contracts.Predictions;
using SocialSentiment.MlWorker.Inference.Batching;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.ServiceDefaults.Http;

namespace SocialSentiment.MlWorker.Inference;

/// <summary>Asks models on behalf of somebody who waits.</summary>
internal sealed class Predictor(SentimentService sentiment, IOptions<InferenceOptions> options, TimeProvider time)
{
    private static readonly string[] s_reasons = ["is required"];

    public async Task<ModelPrediction> PredictAsync(string? model, string text, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var scores = new TextScores[1];
        var who = await AskAsync(model, new[] { text }, scores, Timeout.InfiniteTimeSpan, cancellationToken);
        var score = scores[0];
        return score.Error is { } error
            ? throw error
            : new ModelPrediction(
                score.Label, score.Confidence, Probabilities(score), who.Model, who.Version, who.Precision, time.GetElapsedTime(started).TotalMilliseconds);
    }

    /// <summary>What is wrong with one text is the answer for this one, and for no other.</summary>
    /// <param name="patience">How long somebody waits; no longer than a model may take anyway.</param>
    public async Task<ModelPredictionBatch> PredictBatchAsync(string? model, IReadOnlyList<string?> texts, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var items = new ModelPredictionItem[texts.Count];
        List<string> good = new(texts.Count);
        List<int> places = new(texts.Count);
        for (var i = 0; i < items.Length; i++)
        {
            var validation = new Validation();
            if (TextRules.Check(texts[i], "text", validation) is { } text)
            {
                good.Add(text);
                places.Add(i);
            }
            else
            {
                items[i] = new ModelPredictionItem(null, null, null, $"text {string.Join(", ", validation.Errors.GetValueOrDefault("text") ?? s_reasons)}");
            }
        }

        var scores = new TextScores[good.Count];
        var who = await AskAsync(model, good.ToArray(), scores, patience, cancellationToken);
        for (var i = 0; i < scores.Length; i++)
        {
            items[places[i]] = scores[i].Error is { } error
                ? new ModelPredictionItem(null, null, null, error.Message)
                : new ModelPredictionItem(scores[i].Label, scores[i].Confidence, Probabilities(scores[i]));
        }

        return new ModelPredictionBatch(
            items, who.Model, who.Version, who.Precision, items.Length, items.Count(item => item.Error is not null), time.GetElapsedTime(started).TotalMilliseconds);
    }

    private async ValueTask<AnalyzerIdentity> AskAsync(string? model, ReadOnlyMemory<string> texts, Memory<TextScores> scores, TimeSpan callersPatience, CancellationToken cancellationToken)
    {
        var patience = options.Value.AnswerTimeout;
        if (callersPatience > TimeSpan.Zero && callersPatience < patience)
        {
            patience = callersPatience;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience);
        try
        {
            return await sentiment.AnalyzeAsync(model, texts, scores, new Call(Priority.Interactive, Deadline(patience)), deadline.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ModelException(ModelError.TimedOut, $"The model did not answer within {patience.TotalSeconds:0.##} s.", error);
        }
    }

    private long Deadline(TimeSpan patience) => time.GetTimestamp() + (long)(patience.TotalSeconds * time.TimestampFrequency);

    private static LabelProbabilities Probabilities(TextScores scores) => new(scores.Negative, scores.Neutral, scores.Positive);
}
