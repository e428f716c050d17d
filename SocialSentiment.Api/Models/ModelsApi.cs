using Microsoft.AspNetCore.Http.HttpResults;
using SocialSentiment.Contracts.Models;
using SocialSentiment.Messaging;

namespace SocialSentiment.Api.Models;

/// <summary>The models, as the workers tell of them. Who wants to change something turns to the model service.</summary>
internal static class ModelsApi
{
    public static void AddModels(this IHostApplicationBuilder builder) => builder.AddBroadcastListener<WorkerRoster>(Queues.Models);

    public static void MapModels(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/models").WithTags("Models");

        group.MapGet("", Ok<ModelsResponse> (WorkerRoster roster) => TypedResults.Ok(WithoutCards(ModelsMerge.Merge(roster))))
            .WithName("ListModels")
            .WithSummary("The models, of all workers together: what labels posts, what else could, and which workers are running.")
            .WithDescription("Without a worker it answers with the models that were known last, and says so.");

        group.MapGet("/{key}", Get)
            .WithName("GetModel")
            .WithSummary("One model, with its card and how each worker has it.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static ModelsResponse WithoutCards(ModelsResponse all) => all with { Models = [.. all.Models.Select(model => model with { Card = null })] };

    private static Results<Ok<ModelResponse>, ProblemHttpResult> Get(string key, WorkerRoster roster)
    {
        var models = ModelsMerge.Merge(roster).Models;
        return models.FirstOrDefault(model => string.Equals(model.Key, key, StringComparison.OrdinalIgnoreCase)) is { } found
            ? TypedResults.Ok(found)
            : TypedResults.Problem(
                models.Count > 0
                    ? $"There is no model '{key}'. Known are: {string.Join(", ", models.Select(model => model.Key))}."
                    : "No worker is running, and none has told of its models yet.",
                statusCode: StatusCodes.Status404NotFound);
    }
}
