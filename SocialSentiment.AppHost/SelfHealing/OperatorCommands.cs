using Aspire.Hosting.ApplicationModel;

namespace SocialSentiment.AppHost.SelfHealing;

/// <summary>
/// Aspire reports "Finished" for a crash and for a stop alike, so the wish has to be noted where it is uttered: the
/// commands that start and stop a resource are wrapped, whoever gives them (dashboard, CLI, tests).
/// </summary>
internal static class OperatorCommands
{
    private static readonly string[] s_lifecycle =
    [
        KnownResourceCommands.StartCommand,
        KnownResourceCommands.StopCommand,
        KnownResourceCommands.RestartCommand,
        KnownResourceCommands.RebuildCommand,
    ];

    public delegate Task<ExecuteCommandResult> Wrapper(ResourceCommandAnnotation command, ExecuteCommandContext context);

    /// <summary>Wraps what is there; false while Aspire has not given the resource its commands yet.</summary>
    public static bool TryWrap(IResource resource, Wrapper wrapper)
    {
        var wrapped = false;
        for (var i = 0; i < resource.Annotations.Count; i++)
        {
            if (resource.Annotations[i] is ResourceCommandAnnotation command && s_lifecycle.Contains(command.Name))
            {
                resource.Annotations[i] = Wrap(command, wrapper);
                wrapped = true;
            }
        }

        return wrapped;
    }

    private static ResourceCommandAnnotation Wrap(ResourceCommandAnnotation command, Wrapper wrapper) => new(
        command.Name,
        command.DisplayName,
        command.UpdateState,
        context => wrapper(command, context),
        command.DisplayDescription,
        command.Arguments,
        command.ConfirmationMessage,
        command.IconName,
        command.IconVariant,
        command.IsHighlighted,
        command.Visibility,
        command.ValidateArguments);
}
