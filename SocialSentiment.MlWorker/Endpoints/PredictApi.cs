using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Predictions;
using SocialSentiment.MlWorker.Inference;
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
