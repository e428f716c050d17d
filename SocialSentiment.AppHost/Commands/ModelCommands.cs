using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace SocialSentiment.AppHost.Commands;

/// <summary>What operators do with models, on the worker: look, download, activate, take back. All over the model service.</summary>
internal static class ModelCommands
{
    public const string ListName = "list-models";
    public const string ActivateName = "activate-model";
    public const string RollBackName = "roll-back-model";
    public const string DownloadName = "download-model";
    public const string ModelArgument = "model";
    public const string VersionArgument = "version";

    /// <summary>A model is loaded, warmed up and checked before it serves; downloads are only begun.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(6);

    public static IResourceBuilder<T> WithModelCommands<T>(this IResourceBuilder<T> builder, IResourceBuilder<ParameterResource> key)
        where T : IResourceWithEndpoints
    {
        Add(ListName, "List models", "Shows every model, what of it is here, and how far its download is.", "TextBulletListSquare", [], ListAsync);
        Add(
            ActivateName,
            "Activate model",
            "Has another model label posts from now on, on every replica. The old one serves until the new one has shown that it answers rightly here.",
            "BrainCircuit",
            [
                Text(ModelArgument, "Model", "Its key, as \"List models\" shows it.", required: true, placeholder: "compact"),
                Text(VersionArgument, "Version", "The newest that is here if left empty.", required: false),
            ],
            ActivateAsync);
        Add(
            RollBackName,
            "Roll back model",
            "Takes back the last change: a model returns to its former version, or makes room for the model that served before it.",
            "ArrowUndo",
            [Text(ModelArgument, "Model", "The active one if left empty.", required: false)],
            RollBackAsync);
        Add(
            DownloadName,
            "Download model",
            "Fetches a model from the hub; \"List models\" shows how far it is.",
            "ArrowDownload",
            [Text(ModelArgument, "Model or repository", "A model of the list by its key, or any repository of the hub with an ONNX export as owner/name.", required: true, placeholder: "twitter-roberta")],
            DownloadAsync);
        return builder;

        void Add(string name, string title, string description, string icon, InteractionInput[] arguments, ServiceCommand execute)
            => builder.WithServiceCommand(key, s_patience, name, title, new CommandOptions { Description = description, IconName = icon, Arguments = arguments }, execute);
    }

    internal static async Task<ExecuteCommandResult> ListAsync(HttpClient service, InteractionInputCollection arguments, CancellationToken cancellationToken)
    {
        var list = (await service.GetFromJsonAsync<JsonObject>("/models", cancellationToken))!;
        var models = list["models"]!.AsArray();
        var rows = models.Select(model => new[]
        {
            (bool)model!["active"]! ? $"**{model["key"]}**" : $"{model["key"]}",
            (bool)model["active"]! ? "active" : $"{model["state"]}",
            $"{model["version"]}",
            $"{model["loaded"]?["precision"]}",
            model["loaded"] is { } loaded ? $"{loaded["memory_mb"]} MB" : "",
            Progress(model["download"]) ?? $"{model["loaded"]?["note"] ?? model["reason"]}",
        });
        var note = list["note"] is { } words ? $"\n\n{words}" : "";
        return CommandResults.Success(
            $"{models.Count} models; {list["active"]} labels posts.",
            MarkdownTable.Of(["Model", "State", "Version", "Precision", "Memory", ""], rows) + note,
            CommandResultFormat.Markdown,
            displayImmediately: true);
    }

    internal static async Task<ExecuteCommandResult> ActivateAsync(HttpClient service, InteractionInputCollection arguments, CancellationToken cancellationToken)
    {
        var body = arguments.GetString(VersionArgument) is { Length: > 0 } version ? new JsonObject { ["version"] = version.Trim() } : [];
        using var response = await service.PostAsJsonAsync($"/models/{Escaped(arguments)}/activate", body, cancellationToken);
        return await ShowActivationAsync(response, cancellationToken);
    }

    internal static async Task<ExecuteCommandResult> RollBackAsync(HttpClient service, InteractionInputCollection arguments, CancellationToken cancellationToken)
    {
        var model = arguments.GetString(ModelArgument) is { Length: > 0 }
            ? Escaped(arguments)
            : Uri.EscapeDataString($"{(await service.GetFromJsonAsync<JsonObject>("/models", cancellationToken))!["active"]}");
        using var response = await service.PostAsync($"/models/{model}/rollback", content: null, cancellationToken);
        return await ShowActivationAsync(response, cancellationToken);
    }

    internal static async Task<ExecuteCommandResult> DownloadAsync(HttpClient service, InteractionInputCollection arguments, CancellationToken cancellationToken)
    {
        var wanted = arguments.GetString(ModelArgument)!.Trim();
        var body = new JsonObject { [wanted.Contains('/', StringComparison.Ordinal) ? "repository" : "model"] = wanted };
        using var response = await service.PostAsJsonAsync("/models/download", body, cancellationToken);
        return response.IsSuccessStatusCode
            ? CommandResults.Success($"The download of {(await ServiceCommands.ReadAsync(response, cancellationToken))["key"]} has begun; \"List models\" shows how far it is.")
            : await ServiceCommands.RefusedAsync(response, cancellationToken);
    }

    private static async Task<ExecuteCommandResult> ShowActivationAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            return await ServiceCommands.RefusedAsync(response, cancellationToken);
        }

        var activation = await ServiceCommands.ReadAsync(response, cancellationToken);
        var note = activation["note"] is { } words ? $" {words}" : "";
        return CommandResults.Success($"{activation["key"]} {activation["version"]} ({activation["precision"]}) labels posts from now on.{note}");
    }

    private static string? Progress(JsonNode? download) => (string?)download?["state"] switch
    {
        null or "done" => null,
        "failed" => $"{download!["error"]}",
        "downloading" when download!["bytes_total"] is { } total && (double)total > 0 => string.Create(
            CultureInfo.InvariantCulture, $"{(double)download["bytes_done"]! / (double)total:P0} of {(double)total / 1e6:0} MB{Left(download)}"),
        var state => state,
    };

    private static string Left(JsonNode download) => download["seconds_left"] is { } seconds
        ? string.Create(CultureInfo.InvariantCulture, $", {TimeSpan.FromSeconds(Math.Min((double)seconds, 359_999)):h\\:mm\\:ss} left")
        : "";

    private static string Escaped(InteractionInputCollection arguments) => Uri.EscapeDataString(arguments.GetString(ModelArgument)!.Trim());

    private static InteractionInput Text(string name, string label, string description, bool required, string? placeholder = null) => new()
    {
        Name = name,
        Label = label,
        Description = description,
        Required = required,
        Placeholder = placeholder,
        InputType = InputType.Text,
    };
}
