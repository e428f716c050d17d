using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Orchestrator;

/// <summary>Stops a project, builds it, and starts what ran before.</summary>
internal sealed class ProjectRebuild(ProjectResource project)
{
    private readonly Lock _lock = new();
    private Task<ExecuteCommandResult>? _running;

    public Task<ExecuteCommandResult> RunAsync(ApplicationOrchestrator orchestrator, ExecuteCommandContext context)
    {
        lock (_lock)
        {
            return _running is { IsCompleted: false } ? _running : _running = RebuildAsync(orchestrator, context);
        }
    }

    private async Task<ExecuteCommandResult> RebuildAsync(ApplicationOrchestrator orchestrator, ExecuteCommandContext context)
    {
        var notifications = context.Services.GetRequiredService<ResourceNotificationService>();
        var rebuilder = context.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<ProjectRebuilderResource>().Single(r => r.Parent == project);
        var rebuilderId = rebuilder.GetResolvedResourceNames()[0];

        var before = project.GetResolvedResourceNames().ToDictionary(id => id, id => notifications.TryGetCurrentState(id, out var current) ? current.Snapshot.State : null);
        var running = before.Where(b => b.Value?.Text == KnownResourceStates.Running).Select(b => b.Key).ToArray();
        await Task.WhenAll(running.Select(id => orchestrator.StopResourceAsync(id, context.CancellationToken))).ConfigureAwait(false);

        // One that waits goes on waiting: it will start what has been built.
        await notifications.PublishUpdateAsync(project, s => s.State?.Text == KnownResourceStates.Waiting ? s : s with { State = new(KnownResourceStates.Building, KnownResourceStateStyles.Info) }).ConfigureAwait(false);

        var exitCode = await BuildAsync(orchestrator, notifications, rebuilder, rebuilderId, context).ConfigureAwait(false);
        if (exitCode != 0)
        {
            await notifications.PublishUpdateAsync(project, s => s with { State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error) }).ConfigureAwait(false);
            return CommandResults.Failure($"Build failed with exit code {exitCode}.");
        }

        foreach (var (id, state) in before.Where(b => b.Value?.Text != KnownResourceStates.Waiting))
        {
            if (running.Contains(id))
            {
                await orchestrator.StartResourceAsync(id, context.CancellationToken).ConfigureAwait(false);
            }
            else
            {
                await notifications.PublishUpdateAsync(project, id, s => s with { State = state }).ConfigureAwait(false);
            }
        }

        return CommandResults.Success($"Successfully rebuilt '{project.Name}'.");
    }

    private async Task<int?> BuildAsync(ApplicationOrchestrator orchestrator, ResourceNotificationService notifications, ProjectRebuilderResource rebuilder, string rebuilderId, ExecuteCommandContext context)
    {
        var logs = context.Services.GetRequiredService<ResourceLoggerService>();
        using var built = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var copying = CopyLogAsync(logs, rebuilderId, built.Token);

        await orchestrator.StartResourceAsync(rebuilderId, context.CancellationToken).ConfigureAwait(false);
        var ended = await notifications.WaitForResourceAsync(
            rebuilder.Name,
            e => e.Snapshot.State is { } state && KnownResourceStates.TerminalStates.Contains(state.Text),
            context.CancellationToken).ConfigureAwait(false);

        await built.CancelAsync().ConfigureAwait(false);
        await copying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ended.Snapshot.ExitCode;
    }

    private async Task CopyLogAsync(ResourceLoggerService logs, string rebuilderId, CancellationToken cancellationToken)
    {
        // Only this build's lines, not those of the one before.
        logs.ClearBacklog(rebuilderId);
        await foreach (var lines in logs.WatchAsync(rebuilderId).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            foreach (var line in lines)
            {
                foreach (var id in project.GetResolvedResourceNames())
                {
                    logs.Write(id, DateTime.UtcNow, $"[build] {line.Content}", line.IsErrorMessage);
                }
            }
        }
    }
}
