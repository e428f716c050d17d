using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dcp;

/// <summary>Turns what DCP knows about a process into what the dashboard shows of it.</summary>
internal static class ProcessSnapshots
{
    public static CustomResourceSnapshot Apply(CustomResourceSnapshot previous, ProcessInstance instance, DcpObject<ExecutableSpec, ExecutableStatus> executable)
    {
        var status = executable.Status;

        // Before the first attempt DCP has no state; what the AppHost says (Starting) holds on.
        var state = string.IsNullOrEmpty(status?.State) ? previous.State : status.State;
        return previous with
        {
            State = state,
            ExitCode = status?.ExitCode,
            CreationTimeStamp = executable.Metadata.CreationTimestamp?.ToUniversalTime() ?? previous.CreationTimeStamp,
            StartTimeStamp = status?.StartupTimestamp?.ToUniversalTime(),
            StopTimeStamp = status?.FinishTimestamp?.ToUniversalTime(),
            Properties = previous.Properties.With([.. Properties(instance, executable)]),
            EnvironmentVariables = Variables(executable),
            Urls = Urls(instance.Resource, isRunning: state?.Text == DcpStates.Running),
            Relationships = instance.Resource.GetRelationships(),
        };
    }

    public static ImmutableArray<UrlSnapshot> Urls(IResource resource, bool isRunning) =>
        [.. resource.Annotations.OfType<ResourceUrlAnnotation>().Select(u => new UrlSnapshot(u.Endpoint?.EndpointName, u.Url, u.IsInternal)
        {
            IsInactive = !isRunning,
            DisplayProperties = new UrlDisplayPropertiesSnapshot(u.DisplayText ?? string.Empty, u.DisplayOrder ?? 0),
        })];

    private static IEnumerable<ResourcePropertySnapshot> Properties(ProcessInstance instance, DcpObject<ExecutableSpec, ExecutableStatus> executable)
    {
        if (instance.Resource is ProjectResource project)
        {
            yield return Shown(KnownProperties.Project.Path, "Project path", 0, project.GetProjectMetadata().ProjectPath);
            yield return Shown(KnownProperties.Project.LaunchProfile, "Launch profile", 1, project.GetEffectiveLaunchProfile()?.Name);
            yield return Shown(KnownProperties.Executable.Pid, "Process ID", 2, executable.Status?.Pid);
            yield return new(KnownProperties.Executable.Path, executable.Spec.ExecutablePath);
            yield return new(KnownProperties.Executable.WorkDir, executable.Spec.WorkingDirectory);
            yield return new(KnownProperties.Executable.Args, Arguments()) { IsSensitive = true };
        }
        else
        {
            yield return Shown(KnownProperties.Executable.Path, "Executable path", 0, executable.Spec.ExecutablePath);
            yield return Shown(KnownProperties.Executable.WorkDir, "Working directory", 1, executable.Spec.WorkingDirectory);
            yield return Shown(KnownProperties.Executable.Args, "Executable arguments", 2, Arguments()) with { IsSensitive = true };
            yield return Shown(KnownProperties.Executable.Pid, "Process ID", 3, executable.Status?.Pid);
        }

        if (instance.Launch is { } launch)
        {
            var anySensitive = launch.Arguments.Any(a => a.IsSensitive);
            yield return new(KnownProperties.Resource.AppArgs, launch.Arguments.Select((a, i) => EffectiveArgument(launch.LauncherArguments.Count + i) ?? a.Value).ToImmutableArray()) { IsSensitive = anySensitive };
            yield return new(KnownProperties.Resource.AppArgsSensitivity, launch.Arguments.Select(a => a.IsSensitive ? 1 : 0).ToImmutableArray()) { IsSensitive = anySensitive };
        }

        static ResourcePropertySnapshot Shown(string name, string displayName, int order, object? value) =>
            new(name, value) { DisplayName = displayName, SortOrder = order, IsHighlighted = true };

        ImmutableArray<string> Arguments() => [.. executable.Status?.EffectiveArgs ?? []];

        string? EffectiveArgument(int index) => executable.Status?.EffectiveArgs?.ElementAtOrDefault(index);
    }

    private static ImmutableArray<EnvironmentVariableSnapshot> Variables(DcpObject<ExecutableSpec, ExecutableStatus> executable)
    {
        var ofResource = executable.Spec.Env?.Select(v => v.Name).ToHashSet(StringComparer.Ordinal) ?? [];
        return [.. (executable.Status?.EffectiveEnv ?? []).OrderBy(v => v.Name, StringComparer.Ordinal).Select(v => new EnvironmentVariableSnapshot(v.Name, v.Value ?? string.Empty, ofResource.Contains(v.Name)))];
    }
}
