using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SocialSentiment.AppHost.SelfHealing;

/// <summary>
/// Aspire leaves a crashed process where it fell. This starts it again: each instance for itself, after a growing
/// delay, until it crashes too often in a row. What an operator stopped stays stopped.
/// </summary>
internal sealed partial class SelfHealer(
    ResourceNotificationService notifications,
    ResourceCommandService commands,
    ResourceLoggerService logs,
    IHostApplicationLifetime lifetime,
    SelfHealingOptions options,
    TimeProvider time,
    ILogger<SelfHealer> logger)
{
    private const string PropertyName = "self-healing";

    // Set while this class itself gives the start command, which is then nobody's wish but its own.
    private static readonly AsyncLocal<bool> s_healing = new();

    private readonly ConcurrentDictionary<string, SupervisedInstance> _instances = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<IResource> _wrapped = [];

    /// <summary>Watches until the application stops; from then on everything may end.</summary>
    public async Task RunAsync()
    {
        var stopping = lifetime.ApplicationStopping;
        try
        {
            await foreach (var change in notifications.WatchAsync(stopping))
            {
                if (!change.Resource.HasAnnotationOfType<SelfHealingAnnotation>())
                {
                    continue;
                }

                if (!_wrapped.Contains(change.Resource) && OperatorCommands.TryWrap(change.Resource, CommandAsync))
                {
                    _wrapped.Add(change.Resource);
                }

                // What comes late may be long past: an instance that ended and is up again has not crashed.
                if (SupervisedInstance.IsDown(change.Snapshot)
                    && notifications.TryGetCurrentState(change.ResourceId, out var current)
                    && !SupervisedInstance.IsDown(current.Snapshot))
                {
                    continue;
                }

                Observe(change, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The application stops.
        }
    }

    private SupervisedInstance Instance(string resourceId) =>
        _instances.GetOrAdd(resourceId, _ => new SupervisedInstance(new RestartPolicy(options)));

    private void Observe(ResourceEvent change, CancellationToken stopping)
    {
        var instance = Instance(change.ResourceId);
        if (instance.Observe(change.Snapshot, time.GetUtcNow(), out var ticket) is { } decision)
        {
            _ = HealAsync(change, instance, decision, ticket, stopping);
        }
    }

    private async Task HealAsync(ResourceEvent ended, SupervisedInstance instance, RestartDecision decision, int ticket, CancellationToken stopping)
    {
        var console = logs.GetLogger(ended.ResourceId);
        // Aspire's orchestrator gives the code -1 to what a signal killed.
        var ending = ended.Snapshot.ExitCode is { } code and not -1 ? $"exit code {code}" : "killed by a signal";
        try
        {
            while (!decision.GiveUp)
            {
                LogRestartPlanned(console, ending, decision.Delay.TotalSeconds, decision.Crashes, options.GiveUpAfter);
                await ShowAsync(ended, $"ended ({ending}), restarting in {decision.Delay.TotalSeconds:0.#} s", style: KnownResourceStateStyles.Warn);
                await Task.Delay(decision.Delay, time, stopping);
                if (!instance.IsStillDown(ticket))
                {
                    return;
                }

                var restarts = instance.CountRestart();
                await ShowAsync(ended, $"restarted {restarts} {(restarts == 1 ? "time" : "times")}, last {ending}");
                LogRestarting(logger, ended.ResourceId, ending, restarts);
                var result = await StartAsync(ended.ResourceId, stopping);
                if (result.Success || !instance.IsStillDown(ticket))
                {
                    return;
                }

                LogRestartFailed(console, result.Message);
                decision = instance.FailedToRestart(time.GetUtcNow());
            }

            LogGaveUp(console, ended.ResourceId, decision.Crashes, ending);
            LogGaveUp(logger, ended.ResourceId, decision.Crashes, ending);
            await ShowAsync(ended, $"gave up after {decision.Crashes} crashes in a row, last {ending}; start it by hand", KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The application stops.
        }
        catch (Exception e)
        {
            LogFailed(logger, ended.ResourceId, e);
        }
    }

    private async Task<ExecuteCommandResult> StartAsync(string resourceId, CancellationToken stopping)
    {
        s_healing.Value = true;
        return await commands.ExecuteCommandAsync(resourceId, KnownResourceCommands.StartCommand, stopping);
    }

    /// <summary>Stands around each start and stop command and takes note of what the operator wants.</summary>
    private async Task<ExecuteCommandResult> CommandAsync(ResourceCommandAnnotation command, ExecuteCommandContext context)
    {
        if (s_healing.Value)
        {
            return await command.ExecuteCommand(context);
        }

        // A rebuild of one replica stops all of them.
        var instances = command.Name == KnownResourceCommands.RebuildCommand ? Siblings(context.ResourceName) : [context.ResourceName];
        foreach (var id in instances)
        {
            Instance(id).CommandBegins();
        }

        var succeeded = false;
        try
        {
            var result = await command.ExecuteCommand(context);
            succeeded = result.Success;
            return result;
        }
        finally
        {
            // After a command that failed the operator, who was told so, decides what is next. A rebuild brings up again
            // what was up before and nothing else.
            bool? wanted = !succeeded || command.Name == KnownResourceCommands.StopCommand ? false
                : command.Name == KnownResourceCommands.RebuildCommand ? null
                : true;
            foreach (var id in instances)
            {
                Instance(id).CommandEnds(wanted);
                if (wanted is true && notifications.TryGetCurrentState(id, out var current))
                {
                    Observe(current, lifetime.ApplicationStopping);
                }
            }
        }
    }

    private string[] Siblings(string resourceId) =>
        notifications.TryGetCurrentState(resourceId, out var one)
            ? [.. _instances.Keys.Where(id => notifications.TryGetCurrentState(id, out var other) && other.Resource == one.Resource)]
            : [resourceId];

    /// <summary>Says on the resource's page how it fares: a property, and the state where it has to catch the eye.</summary>
    private Task ShowAsync(ResourceEvent instance, string text, string? state = null, string? style = null) =>
        notifications.PublishUpdateAsync(instance.Resource, instance.ResourceId, snapshot => snapshot with
        {
            Properties =
            [
                .. snapshot.Properties.Where(property => property.Name != PropertyName),
                new ResourcePropertySnapshot(PropertyName, text) { DisplayName = "Self-healing", IsHighlighted = true },
            ],
            State = style is not null && SupervisedInstance.IsDown(snapshot) ? new(state ?? snapshot.State!.Text, style) : snapshot.State,
        });

    [LoggerMessage(LogLevel.Warning, "Ended by itself ({Ending}). Restarting in {Seconds} s (crash {Crashes} in a row; at {Limit} it is left alone).")]
    private static partial void LogRestartPlanned(ILogger console, string ending, double seconds, int crashes, int limit);

    [LoggerMessage(LogLevel.Warning, "{Resource} ended by itself ({Ending}); restarting it (restart {Restarts}).")]
    private static partial void LogRestarting(ILogger logger, string resource, string ending, int restarts);

    [LoggerMessage(LogLevel.Error, "The restart failed: {Reason}")]
    private static partial void LogRestartFailed(ILogger console, string? reason);

    [LoggerMessage(LogLevel.Critical, "{Resource} crashed {Crashes} times in a row, last {Ending}, and is left alone now. Its console says why; start it by hand once that is put right.")]
    private static partial void LogGaveUp(ILogger logger, string resource, int crashes, string ending);

    [LoggerMessage(LogLevel.Error, "Self-healing of {Resource} failed.")]
    private static partial void LogFailed(ILogger logger, string resource, Exception exception);
}
