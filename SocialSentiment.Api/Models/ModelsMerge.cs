using SocialSentiment.Contracts.Models;

namespace SocialSentiment.Api.Models;

/// <summary>What all workers say of their models, put together.</summary>
internal static class ModelsMerge
{
    private const string NoWorker = "No worker is running. These are the models that were known last.";

    /// <summary>The best first: what one worker has serves all.</summary>
    private static readonly ModelState[] s_best = [ModelState.Loaded, ModelState.Present, ModelState.Downloading, ModelState.Absent, ModelState.Unavailable];

    public static ModelsResponse Merge(WorkerRoster roster)
    {
        var workers = roster.Describe();
        var active = roster.Active;
        return new ModelsResponse(
            active?.Key,
            active?.Version,
            workers.Count == 0 ? NoWorker
                : workers.DistinctBy(worker => (worker.Active, worker.ActiveVersion)).Count() > 1 ? "The workers do not agree on the active model yet."
                : null,
            workers,
            [.. roster.LastWords
                .SelectMany(list => list.Models.Select(model => (list.Replica, Model: model)))
                .GroupBy(heard => heard.Model.Key, StringComparer.OrdinalIgnoreCase)
                .Select(heard => workers.Count == 0 ? Remember(Best(heard)) : Merge([.. heard], active))]);
    }

    private static ModelResponse Merge((string Replica, ModelResponse Model)[] heard, (string Key, string Version)? active)
        => Best(heard) with
        {
            Active = heard[0].Model.Key == active?.Key,
            Replicas = [.. heard.Select(one => new ModelReplica(one.Replica, one.Model.State, one.Model.Version, one.Model.Reason, one.Model.Loaded, one.Model.Download))],
        };

    /// <summary>Nothing is in memory, and nothing is being downloaded, where nobody is.</summary>
    private static ModelResponse Remember(ModelResponse model)
        => model with
        {
            State = model.State switch
            {
                ModelState.Loaded => ModelState.Present,
                ModelState.Downloading => ModelState.Absent,
                var state => state,
            },
            Active = false,
            Loaded = null,
            Download = null,
        };

    private static ModelResponse Best(IEnumerable<(string Replica, ModelResponse Model)> heard)
        => heard.Select(one => one.Model).MinBy(model => (Array.IndexOf(s_best, model.State), model.Active ? 0 : 1))!;
}
