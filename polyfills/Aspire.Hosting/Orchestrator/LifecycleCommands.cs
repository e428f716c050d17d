using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Orchestrator;

/// <summary>The commands every process has: start, stop and restart, and for projects rebuild.</summary>
internal static class LifecycleCommands
{
    private const string Unknown = "Unknown";

    public static void AddTo(IResource resource)
    {
        if (resource.HasAnnotationOfType<ExcludeLifecycleCommandsAnnotation>())
        {
            return;
        }

        Add(
            resource,
            KnownResourceCommands.StartCommand,
            "Start",
            "Start resource",
            "Play",
            IconVariant.Filled,
            isHighlighted: true,
            state => IsBetween(state) ? ResourceCommandState.Disabled : IsStopped(state) || state == KnownResourceStates.Waiting ? ResourceCommandState.Enabled : ResourceCommandState.Hidden,
            async (orchestrator, context) =>
            {
                await orchestrator.StartResourceAsync(context.ResourceName, context.CancellationToken).ConfigureAwait(false);
                return CommandResults.Success($"Successfully started '{resource.GetDisplayName(context.ResourceName)}'.");
            });

        Add(
            resource,
            KnownResourceCommands.StopCommand,
            "Stop",
            "Stop resource",
            "Stop",
            IconVariant.Filled,
            isHighlighted: true,
            state => state == KnownResourceStates.Stopping ? ResourceCommandState.Disabled
                : IsBetween(state) || IsStopped(state) || state == KnownResourceStates.Waiting ? ResourceCommandState.Hidden
                : ResourceCommandState.Enabled,
            async (orchestrator, context) =>
            {
                await orchestrator.StopResourceAsync(context.ResourceName, context.CancellationToken).ConfigureAwait(false);
                return CommandResults.Success($"Successfully stopped '{resource.GetDisplayName(context.ResourceName)}'.");
            });

        Add(
            resource,
            KnownResourceCommands.RestartCommand,
            "Restart",
            resource is ProjectResource ? "Restart resource. Source code is not recompiled." : "Restart resource",
            "ArrowCounterclockwise",
            IconVariant.Regular,
            isHighlighted: false,
            state => IsBetween(state) || IsStopped(state) || state == KnownResourceStates.Waiting || state == KnownResourceStates.Stopping ? ResourceCommandState.Disabled : ResourceCommandState.Enabled,
            async (orchestrator, context) =>
            {
                await orchestrator.StopResourceAsync(context.ResourceName, context.CancellationToken).ConfigureAwait(false);
                await orchestrator.StartResourceAsync(context.ResourceName, context.CancellationToken).ConfigureAwait(false);
                return CommandResults.Success($"Successfully restarted '{resource.GetDisplayName(context.ResourceName)}'.");
            });

        if (resource is ProjectResource project)
        {
            // Asked of every replica, it is done once.
            var rebuild = new ProjectRebuild(project);
            Add(
                resource,
                KnownResourceCommands.RebuildCommand,
                "Rebuild",
                "Stop the resource, rebuild the project from source, and restart. Use this to apply source code changes.",
                "ArrowSync",
                IconVariant.Regular,
                isHighlighted: false,
                state => state is not null && KnownResourceStates.BuildableStates.Contains(state) ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
                rebuild.RunAsync);
        }
    }

    private static void Add(
        IResource resource,
        string name,
        string displayName,
        string description,
        string icon,
        IconVariant iconVariant,
        bool isHighlighted,
        Func<string?, ResourceCommandState> state,
        Func<ApplicationOrchestrator, ExecuteCommandContext, Task<ExecuteCommandResult>> execute)
    {
        // One that the AppHost has put in its place stays.
        if (resource.Annotations.OfType<ResourceCommandAnnotation>().Any(c => c.Name == name))
        {
            return;
        }

        resource.Annotations.Add(new ResourceCommandAnnotation(
            name,
            displayName,
            context => state(context.ResourceSnapshot.State?.Text),
            context => execute(context.Services.GetRequiredService<ApplicationOrchestrator>(), context),
            description,
            arguments: null,
            confirmationMessage: null,
            icon,
            iconVariant,
            isHighlighted));
    }

    private static bool IsBetween(string? state) =>
        string.IsNullOrEmpty(state) || state == KnownResourceStates.Starting || state == KnownResourceStates.Building || state == KnownResourceStates.RuntimeUnhealthy;

    private static bool IsStopped(string? state) =>
        state == KnownResourceStates.NotStarted || state == Unknown || (state is not null && KnownResourceStates.TerminalStates.Contains(state));
}
