using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using SocialSentiment.Api.Audit;
using SocialSentiment.Api.Data.Entities;
using SocialSentiment.Api.Http;
using SocialSentiment.Api.Keys;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Keys;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Contracts.Predictions;
using SocialSentiment.ServiceDefaults.Http;

namespace SocialSentiment.Api.Predictions;

/// <summary>Labels for callers who wait.</summary>
internal static class PredictionsApi
{
    private const int MaxModelLength = 200;

    public static void MapPredictions(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("").WithTags("Predictions");

        group.MapPost("/predict", PredictAsync)
            .WithName("Predict")
            .WithSummary("How the author of a text feels: by the model while it lives, by the lexicon when it does not.")
            .WithDescription("It answers within timeout_ms whatever happens to the workers, and says who answered: fallback_used with the reason when it was the lexicon. 409, 422 and 507: the model that was asked for by name is not here, cannot be used, or does not fit into memory.")
            .Accepts<PredictionRequest>("application/json")
            .ChangesNothing()
            .ProducesRefusals();

        group.MapPost("/predict/batch", PredictBatchAsync)
            .WithName("PredictBatch")
            .WithSummary("The same for up to 1,000 texts; each is answered or refused by itself.")
            .Accepts<PredictionBatchRequest>("application/json")
            .ChangesNothing()
            .ProducesRefusals();

        group.MapGet("/predictions", ListAsync)
            .WithName("ListPredictions")
            .WithSummary("Kept predictions, newest first, a page at a time.")
            .WithDescription("Predictions are written down when there is time, usually within a second of their answer.")
            .ProducesProblem(StatusCodes.Status400BadRequest);

        group.MapGet("/predictions/{id:guid}", GetAsync)
            .WithName("GetPrediction")
            .WithSummary("A kept prediction.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Whoever may read may ask, and nobody needs to know later who did.</summary>
    private static RouteHandlerBuilder ChangesNothing(this RouteHandlerBuilder endpoint) => endpoint.RequireScope(Scope.Read).NotAudited();

    private static RouteHandlerBuilder ProducesRefusals(this RouteHandlerBuilder endpoint)
        => endpoint
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status507InsufficientStorage);

    private static async Task<Results<Ok<PredictionResponse>, ProblemHttpResult>> PredictAsync(
        HttpContext context, Predictor predictor, PredictionStore store, PredictionGate gate, IOptions<PredictionsOptions> options, TimeProvider time)
    {
        var started = time.GetTimestamp();
        var (request, problem) = await JsonBody.ReadAsync(context, ContractsJson.Default.PredictionRequest);
        if (request is null)
        {
            return problem!;
        }

        var validation = new Validation();
        var text = TextRules.Check(request.Text, "text", validation);
        var model = CheckModel(request.Model, validation);
        var patience = CheckTimeout(request.TimeoutMs, options.Value.Timeout, validation);
        if (validation.Failed)
        {
            return validation.ToProblem();
        }

        var (answers, refusal) = await AnswerAsync(context, predictor, gate, model, [text!], patience - time.GetElapsedTime(started), request.Cache);
        if (answers is null)
        {
            return refusal!;
        }

        var (answer, now, took) = (answers[0], time.GetUtcNow(), time.GetElapsedTime(started));
        var id = options.Value.Store && request.Store ? Keep(store, context, text!, answer, now, took) : null;
        return TypedResults.Ok(new PredictionResponse(
            answer.Scores.Label,
            Round(answer.Scores.Confidence),
            Round(answer.Scores.Compound),
            request.IncludeProbabilities ? Round(answer.Scores.Probabilities) : null,
            answer.Scores.Model,
            answer.Scores.Version,
            Math.Round(took.TotalMilliseconds, 3),
            answer.Fallback is not null,
            now,
            answer.Fallback,
            answer.Cached,
            id));
    }

    private static async Task<Results<Ok<PredictionBatchResponse>, ProblemHttpResult>> PredictBatchAsync(
        HttpContext context, Predictor predictor, PredictionStore store, PredictionGate gate, IOptions<PredictionsOptions> options, TimeProvider time)
    {
        var started = time.GetTimestamp();
        var (request, problem) = await JsonBody.ReadAsync(context, PredictionsJson.Default.PredictionBatchEnvelope);
        if (request is null)
        {
            return problem!;
        }

        var validation = new Validation();
        if (request.Texts is not { Count: > 0 and <= TextRules.MaxBatch })
        {
            validation.Add("texts", $"must be 1 to {TextRules.MaxBatch} texts");
        }

        var model = CheckModel(request.Model, validation);
        var patience = CheckTimeout(request.TimeoutMs, options.Value.BatchTimeout, validation);
        if (validation.Failed)
        {
            return validation.ToProblem();
        }

        var items = new PredictionItem[request.Texts!.Count];
        var (texts, places) = (new List<string>(items.Length), new List<int>(items.Length));
        for (var i = 0; i < items.Length; i++)
        {
            var (text, error) = ReadText(request.Texts[i]);
            if (text is null)
            {
                items[i] = new PredictionItem(Error: error);
                continue;
            }

            texts.Add(text);
            places.Add(i);
        }

        var (answers, refusal) = await AnswerAsync(context, predictor, gate, model, texts, patience - time.GetElapsedTime(started), request.Cache);
        if (answers is null)
        {
            return refusal!;
        }

        var (now, took) = (time.GetUtcNow(), time.GetElapsedTime(started));
        for (var i = 0; i < answers.Length; i++)
        {
            var answer = answers[i];
            items[places[i]] = new PredictionItem(
                answer.Scores.Label,
                Round(answer.Scores.Confidence),
                Round(answer.Scores.Compound),
                request.IncludeProbabilities ? Round(answer.Scores.Probabilities) : null,
                answer.Scores.Model,
                answer.Fallback is not null,
                answer.Fallback,
                answer.Cached,
                options.Value.Store && request.Store ? Keep(store, context, texts[i], answer, now, took / answers.Length) : null);
        }

        var who = answers.CountBy(answer => (answer.Scores.Model, answer.Scores.Version)).OrderByDescending(pair => pair.Value).Select(pair => pair.Key).FirstOrDefault();
        return TypedResults.Ok(new PredictionBatchResponse(
            items,
            who.Model ?? "",
            who.Version ?? "",
            Math.Round(took.TotalMilliseconds, 3),
            items.Length,
            items.Length - answers.Length,
            answers.Any(answer => answer.Fallback is not null),
            now));
    }

    private static async Task<Results<Ok<PredictionPage>, ProblemHttpResult>> ListAsync([AsParameters] PredictionQuery query, PredictionReader reader, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        var filter = query.Parse(validation);
        return validation.Failed ? validation.ToProblem() : TypedResults.Ok(await reader.ListAsync(filter, cancellationToken));
    }

    private static async Task<Results<Ok<KeptPrediction>, ProblemHttpResult>> GetAsync(Guid id, PredictionReader reader, CancellationToken cancellationToken)
        => await reader.FindAsync(id, cancellationToken) is { } prediction
            ? TypedResults.Ok(prediction)
            : TypedResults.Problem("There is no such prediction, or it is not written down yet.", statusCode: StatusCodes.Status404NotFound);

    private static async Task<(Answer[]? Answers, ProblemHttpResult? Refusal)> AnswerAsync(
        HttpContext context, Predictor predictor, PredictionGate gate, string? model, List<string> texts, TimeSpan patience, bool useCache)
    {
        var isBatch = texts.Count > 1;
        if (!gate.TryEnter(isBatch))
        {
            context.Response.Headers.RetryAfter = Unavailable.RetryAfterSeconds;
            return (null, TypedResults.Problem("Too many predictions are under way; try again in a moment.", statusCode: StatusCodes.Status429TooManyRequests));
        }

        try
        {
            return (texts.Count == 0 ? [] : await predictor.PredictAsync(model, texts, patience, useCache, context.RequestAborted), null);
        }
        catch (ModelRefusedException refusal)
        {
            return (null, TypedResults.Problem(refusal.Message, statusCode: Status(refusal.Kind), title: Title(refusal.Kind)));
        }
        finally
        {
            gate.Leave(isBatch);
        }
    }

    private static (string? Text, string? Error) ReadText(JsonElement element)
    {
        if (element.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
        {
            return (null, "text must be a string");
        }

        var validation = new Validation();
        string? text;
        try
        {
            text = TextRules.Check(element.GetString(), "text", validation);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as an escape, is only found out about here.
            return (null, "text is not valid Unicode: it has half of a surrogate pair");
        }

        return (text, text is null ? string.Join("; ", validation.Errors["text"].Select(reason => $"text {reason}")) : null);
    }

    private static string? CheckModel(string? model, Validation validation)
    {
        if (string.IsNullOrWhiteSpace(model))
        {
            return null;
        }

        return QueryText.Text(model.Trim(), "model", MaxModelLength, validation);
    }

    private static TimeSpan CheckTimeout(int? milliseconds, TimeSpan byDefault, Validation validation)
    {
        if (milliseconds is < PredictionsOptions.LeastTimeoutMs or > PredictionsOptions.MostTimeoutMs)
        {
            validation.Add("timeout_ms", $"must be from {PredictionsOptions.LeastTimeoutMs} to {PredictionsOptions.MostTimeoutMs}");
        }

        return milliseconds is { } given ? TimeSpan.FromMilliseconds(given) : byDefault;
    }

    private static Guid? Keep(PredictionStore store, HttpContext context, string text, Answer answer, DateTimeOffset at, TimeSpan took)
    {
        var prediction = new Prediction
        {
            Id = Guid.CreateVersion7(at),
            At = at,
            Text = text,
            Label = answer.Scores.Label,
            Confidence = (float)answer.Scores.Confidence,
            Compound = (float)answer.Scores.Compound,
            Negative = (float)answer.Scores.Probabilities.Negative,
            Neutral = (float)answer.Scores.Probabilities.Neutral,
            Positive = (float)answer.Scores.Probabilities.Positive,
            Model = answer.Scores.Model,
            Version = answer.Scores.Version,
            FallbackReason = answer.Fallback is { } reason ? FallbackReasons.Name(reason) : null,
            Cached = answer.Cached,
            DurationMs = (float)took.TotalMilliseconds,
            Caller = context.User.Identity?.Name,
            TraceId = Activity.Current?.TraceId.ToHexString(),
        };
        return store.TryKeep(prediction) ? prediction.Id : null;
    }

    private static int Status(PredictRefusalKind kind) => kind switch
    {
        PredictRefusalKind.Unknown => StatusCodes.Status404NotFound,
        PredictRefusalKind.NotHere => StatusCodes.Status409Conflict,
        PredictRefusalKind.TooLarge => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status422UnprocessableEntity,
    };

    private static string Title(PredictRefusalKind kind) => kind switch
    {
        PredictRefusalKind.Unknown => "No such model",
        PredictRefusalKind.NotHere => "The model is not here",
        PredictRefusalKind.TooLarge => "Too little memory",
        _ => "The model cannot be used",
    };

    private static LabelProbabilities Round(LabelProbabilities probabilities)
        => new(Round(probabilities.Negative), Round(probabilities.Neutral), Round(probabilities.Positive));

    private static double Round(double value) => Math.Round(value, 6);
}
