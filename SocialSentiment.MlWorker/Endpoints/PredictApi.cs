using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Contracts.Predictions;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Batching;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.ServiceDefaults.Http;
using SocialSentiment.ServiceDefaults.Security;

namespace SocialSentiment.MlWorker.Endpoints;

/// <summary>Labels for callers who wait, straight from the models: without queue, fallback and database.</summary>
internal static class PredictApi
{
    private const string Sentiment = "sentiment";

    public static void MapPredictions(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("").WithTags("Predictions").RequireServiceKey();
        group.MapPost("/predict", PredictAsync).WithName("Predict");
        group.MapPost("/predict/batch", PredictBatchAsync).WithName("PredictBatch");
        group.MapPost("/inference", InferAsync).WithName("Inference");
    }

    private static async Task<Results<Ok<ModelPrediction>, ProblemHttpResult>> PredictAsync(HttpContext context, Predictor predictor)
    {
        var (request, problem) = await JsonBody.ReadAsync(context, ContractsJson.Default.PredictRequest);
        if (problem is not null)
        {
            return problem;
        }

        var validation = new Validation();
        return TextRules.Check(request!.Text, "text", validation) is { } text
            ? TypedResults.Ok(await predictor.PredictAsync(Model(request.Model), text, context.RequestAborted))
            : validation.ToProblem();
    }

    private static async Task<Results<Ok<ModelPredictionBatch>, ProblemHttpResult>> PredictBatchAsync(HttpContext context, Predictor predictor)
    {
        var (request, problem) = await JsonBody.ReadAsync(context, ContractsJson.Default.PredictBatchRequest);
        return problem is not null ? problem : await AnswerAsync(request!.Texts, "texts", Model(request.Model), predictor, context.RequestAborted);
    }

    /// <summary>One text is answered as <c>/predict</c> does, several as <c>/predict/batch</c>.</summary>
    private static async Task<Results<Ok<ModelPrediction>, Ok<ModelPredictionBatch>, ProblemHttpResult>> InferAsync(HttpContext context, Predictor predictor)
    {
        var (request, problem) = await JsonBody.ReadAsync(context, ContractsJson.Default.InferenceRequest);
        if (problem is not null)
        {
            return problem;
        }

        if (string.IsNullOrWhiteSpace(request!.ModelType))
        {
            return Validation.Problem("model_type", "is required: sentiment, or the key of a model");
        }

        var model = string.Equals(request.ModelType, Sentiment, StringComparison.OrdinalIgnoreCase) ? null : request.ModelType;
        var (single, several) = Texts(request.Data);
        if (single is not null)
        {
            var validation = new Validation();
            return TextRules.Check(single, "data", validation) is { } text
                ? TypedResults.Ok(await predictor.PredictAsync(model, text, context.RequestAborted))
                : validation.ToProblem();
        }

        if (several is null)
        {
            return Validation.Problem("data", "must be a text, a list of texts, or an object with text or texts");
        }

        var answer = await AnswerAsync(several, "data", model, predictor, context.RequestAborted);
        return answer.Result is Ok<ModelPredictionBatch> ok ? ok : (ProblemHttpResult)answer.Result;
    }

    private static async Task<Results<Ok<ModelPredictionBatch>, ProblemHttpResult>> AnswerAsync(
        IReadOnlyList<string?>? texts, string field, string? model, Predictor predictor, CancellationToken cancellationToken)
    {
        if (texts is null or { Count: 0 or > TextRules.MaxBatch })
        {
            return Validation.Problem(field, $"must have 1 to {TextRules.MaxBatch} texts");
        }

        return TypedResults.Ok(await predictor.PredictBatchAsync(model, texts, Timeout.InfiniteTimeSpan, cancellationToken));
    }

    private static (string? Single, IReadOnlyList<string?>? Several) Texts(JsonElement? data) => data switch
    {
        { ValueKind: JsonValueKind.String } text => (Text(text), null),
        { ValueKind: JsonValueKind.Array } list => (null, List(list)),
        { ValueKind: JsonValueKind.Object } both when both.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String => (Text(text), null),
        { ValueKind: JsonValueKind.Object } both when both.TryGetProperty("texts", out var list) && list.ValueKind == JsonValueKind.Array => (null, List(list)),
        _ => (null, null),
    };

    private static List<string?>? List(JsonElement list)
        => list.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String or JsonValueKind.Null) ? [.. list.EnumerateArray().Select(Text)] : null;

    /// <summary>Half of a surrogate pair, written as an escape, is only found out about here; the rules for texts refuse it.</summary>
    private static string? Text(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return "\ud800";
        }
    }

    private static string? Model(string? model) => string.IsNullOrWhiteSpace(model) ? null : model;
}

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
