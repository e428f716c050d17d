using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace SocialSentiment.AppHost.Commands;

/// <summary>The circuit breaker of predictions, on the API: how it stands, and the two things one can do about it.</summary>
internal static class FailsafeCommands
{
    public const string StatusName = "failsafe-status";
    public const string ResetName = "failsafe-reset";
    public const string IsolateName = "failsafe-isolate";

    private const int ShownChanges = 10;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    public static IResourceBuilder<T> WithFailsafeCommands<T>(this IResourceBuilder<T> builder, IResourceBuilder<ParameterResource> key)
        where T : IResourceWithEndpoints
        => builder
            .WithServiceCommand(
                key,
                s_patience,
                StatusName,
                "Circuit breaker",
                new CommandOptions { Description = "Shows whether predictions come from the model or from the lexicon, and why.", IconName = "PlugDisconnected" },
                ShowAsync)
            .WithServiceCommand(
                key,
                s_patience,
                ResetName,
                "Reset circuit breaker",
                new CommandOptions { Description = "Lets predictions to the model again, on every replica, and forgets earlier failures.", IconName = "ArrowReset" },
                ResetAsync)
            .WithServiceCommand(
                key,
                s_patience,
                IsolateName,
                "Isolate model",
                new CommandOptions
                {
                    Description = "Has the lexicon answer predictions on every replica until the circuit breaker is reset. Posts go on being labelled by the model.",
                    IconName = "ShieldDismiss",
                    ConfirmationMessage = "The lexicon will answer all predictions until the circuit breaker is reset. Go on?",
                },
                IsolateAsync);

    internal static async Task<ExecuteCommandResult> ShowAsync(HttpClient service, InteractionInputCollection arguments, CancellationToken cancellationToken)
    {
        using var response = await service.GetAsync("/failsafe/status", cancellationToken);
        return response.IsSuccessStatusCode
            ? Show(await ServiceCommands.ReadAsync(response, cancellationToken))
            : await ServiceCommands.RefusedAsync(response, cancellationToken);
    }

    internal static Task<ExecuteCommandResult> ResetAsync(HttpClient service, InteractionInputCollection arguments, CancellationToken cancellationToken)
        => OrderAsync(service, "reset", "The circuit breaker is closed on every replica: the model is asked again.", cancellationToken);

    internal static Task<ExecuteCommandResult> IsolateAsync(HttpClient service, InteractionInputCollection arguments, CancellationToken cancellationToken)
        => OrderAsync(service, "isolate", "The lexicon answers predictions until the circuit breaker is reset.", cancellationToken);

    private static async Task<ExecuteCommandResult> OrderAsync(HttpClient service, string order, string done, CancellationToken cancellationToken)
    {
        using var response = await service.PostAsync($"/failsafe/{order}", content: null, cancellationToken);
        return response.IsSuccessStatusCode ? CommandResults.Success(done) : await ServiceCommands.RefusedAsync(response, cancellationToken);
    }

    private static ExecuteCommandResult Show(JsonObject status)
    {
        var words = (string?)status["state"] switch
        {
            "closed" => "Closed: the model answers predictions.",
            "half_open" => "Half open: a probe is under way, the lexicon answers.",
            "open" => "Open: the model has failed too often, the lexicon answers.",
            _ => "Isolated: the lexicon answers until the circuit breaker is reset.",
        };
        var counts = status["counts"];
        var error = status["last_error"] is { } last ? $"Last error, {Time(last["at"])}: {last["reason"]}\n\n" : "";
        var replicas = MarkdownTable.Of(
            ["Replica", "State", "Since", "Failures", "Next probe", "Fallbacks"],
            status["replicas"]!.AsArray().Select(replica => new[]
            {
                $"{replica!["replica"]}",
                $"{replica["state"]}",
                Time(replica["since"]),
                $"{replica["failures_in_window"]} of {status["max_failures"]}",
                Time(replica["next_probe_at"]),
                $"{replica["counts"]!["fallbacks"]}",
            }));
        var history = MarkdownTable.Of(
            ["When", "Replica", "State", "Why"],
            status["history"]!.AsArray().Take(ShownChanges).Select(change => new[] { Time(change!["at"]), $"{change["replica"]}", $"{change["state"]}", $"{change["reason"]}" }));
        return CommandResults.Success(
            words,
            $"{words} Asked {counts!["asked"]} times, answered {counts["answered"]}, failed {counts["failures"]}; texts labelled by the lexicon in its place: {counts["fallbacks"]}.\n\n{error}{replicas}"
                + (status["history"]!.AsArray().Count > 0 ? $"\n\n{history}" : ""),
            CommandResultFormat.Markdown,
            displayImmediately: true);
    }

    private static string Time(JsonNode? instant) => instant is null ? "" : $"{instant.GetValue<DateTimeOffset>().ToLocalTime():HH:mm:ss}";
}
