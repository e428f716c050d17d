using System.Text;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dcp;

/// <summary>One argument as the process gets it, and whether people should see it.</summary>
internal sealed record LaunchArgument(string Value, bool IsSensitive);

/// <summary>What it takes to start a process of a resource, with every value known.</summary>
internal sealed record LaunchSpec(string Path, string WorkingDirectory, IReadOnlyList<string> LauncherArguments, IReadOnlyList<LaunchArgument> Arguments, IReadOnlyList<DcpVariable> Environment)
{
    public IReadOnlyList<string> AllArguments => [.. LauncherArguments, .. Arguments.Select(a => a.Value)];
}

/// <summary>A value that the resource needs to start could not be had; why has been logged.</summary>
internal sealed class LaunchSpecException(string message, Exception inner) : Exception(message, inner);

/// <summary>Asks all callbacks of a resource for its arguments and variables, and resolves what they answer.</summary>
internal sealed partial class LaunchSpecFactory(DistributedApplicationExecutionContext executionContext, string? configuration)
{
    public async Task<LaunchSpec> CreateAsync(IResource resource, ILogger logger, CancellationToken cancellationToken)
    {
        var arguments = await GetArgumentsAsync(resource, logger, cancellationToken).ConfigureAwait(false);
        var environment = await GetEnvironmentAsync(resource, logger, cancellationToken).ConfigureAwait(false);

        if (resource is ProjectResource project)
        {
            var metadata = project.GetProjectMetadata();
            var ofProfile = SplitCommandLine(project.GetEffectiveLaunchProfile()?.Profile.CommandLineArgs);
            if (ofProfile.Count > 0 && arguments.Count > 0)
            {
                ofProfile.Insert(0, "--");
            }

            return new LaunchSpec("dotnet", Path.GetDirectoryName(metadata.ProjectPath)!, DotnetRun(metadata), [.. ofProfile.Select(a => new LaunchArgument(a, IsSensitive: false)), .. arguments], environment);
        }

        var executable = (ExecutableResource)resource;
        return new LaunchSpec(executable.Command, executable.WorkingDirectory, [], arguments, environment);
    }

    private List<string> DotnetRun(IProjectMetadata metadata)
    {
        List<string> arguments = ["run", "--project", metadata.ProjectPath];
        if (metadata.SuppressBuild)
        {
            arguments.Add("--no-build");
        }

        if (!string.IsNullOrEmpty(configuration))
        {
            arguments.AddRange(["--configuration", configuration]);
        }

        // The profile's settings are already in the environment and the endpoints.
        arguments.Add("--no-launch-profile");
        return arguments;
    }

    private async Task<List<LaunchArgument>> GetArgumentsAsync(IResource resource, ILogger logger, CancellationToken cancellationToken)
    {
        var values = new List<object>();
        var context = new CommandLineArgsCallbackContext(values, resource, cancellationToken) { ExecutionContext = executionContext, Logger = logger };
        foreach (var callback in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToArray())
        {
            await callback.Callback(context).ConfigureAwait(false);
        }

        var arguments = new List<LaunchArgument>();
        foreach (var value in values)
        {
            try
            {
                if (await ResolveAsync(resource, value, cancellationToken).ConfigureAwait(false) is { } text)
                {
                    arguments.Add(new LaunchArgument(text, IsSensitive(value)));
                }
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogArgumentFailed(logger, ex, value.ToString(), ex.Message);
                throw new LaunchSpecException($"Failed to apply configuration to {resource.Name}", ex);
            }
        }

        return arguments;
    }

    private async Task<List<DcpVariable>> GetEnvironmentAsync(IResource resource, ILogger logger, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(executionContext, resource, cancellationToken: cancellationToken) { Logger = logger };
        foreach (var callback in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToArray())
        {
            await callback.Callback(context).ConfigureAwait(false);
        }

        var variables = new List<DcpVariable>();
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            try
            {
                if (await ResolveAsync(resource, value, cancellationToken).ConfigureAwait(false) is { } text)
                {
                    variables.Add(new DcpVariable(name, text));
                }
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                LogVariableFailed(logger, ex, name, ex.Message);
                throw new LaunchSpecException($"Failed to apply configuration to {resource.Name}", ex);
            }
        }

        return variables;
    }

    private async ValueTask<string?> ResolveAsync(IResource resource, object? value, CancellationToken cancellationToken) => value switch
    {
        null => null,
        string text => text,
        IValueProvider provider => await provider.GetValueAsync(new ValueProviderContext { ExecutionContext = executionContext, Caller = resource }, cancellationToken).ConfigureAwait(false),
        IResourceBuilder<IResource> { Resource: IValueProvider provider } => await ResolveAsync(resource, provider, cancellationToken).ConfigureAwait(false),
        _ => value.ToString(),
    };

    private static bool IsSensitive(object value) => value switch
    {
        ParameterResource parameter => parameter.Secret,
        IResourceBuilder<IResource> builder => IsSensitive(builder.Resource),
        IValueWithReferences references => references.References.Any(IsSensitive),
        _ => false,
    };

    // As a shell would: blanks part the arguments, double quotes keep them together.
    private static List<string> SplitCommandLine(string? commandLine)
    {
        var arguments = new List<string>();
        var current = new StringBuilder();
        var quoted = false;
        var started = false;
        foreach (var c in commandLine ?? string.Empty)
        {
            if (c == '"')
            {
                quoted = !quoted;
                started = true;
            }
            else if (char.IsWhiteSpace(c) && !quoted)
            {
                Flush();
            }
            else
            {
                current.Append(c);
                started = true;
            }
        }

        Flush();
        return arguments;

        void Flush()
        {
            if (started)
            {
                arguments.Add(current.ToString());
                current.Clear();
                started = false;
            }
        }
    }

    [LoggerMessage(LogLevel.Critical, "Failed to apply environment variable '{Name}'. A dependency may have failed to start: {Reason}")]
    private static partial void LogVariableFailed(ILogger logger, Exception exception, string name, string reason);

    [LoggerMessage(LogLevel.Critical, "Failed to apply argument value '{Argument}'. A dependency may have failed to start: {Reason}")]
    private static partial void LogArgumentFailed(ILogger logger, Exception exception, string? argument, string reason);
}
