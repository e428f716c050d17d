using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard.Grpc;
using Google.Protobuf.WellKnownTypes;

namespace Aspire.Hosting.Dashboard;

/// <summary>Runs the commands that come from the dashboard. One that declares arguments and comes without any is asked about first.</summary>
internal sealed class CommandRunner(ResourceNotificationService notifications, ResourceCommandService commands, CommandPrompts prompts)
{
    public async Task<ExecuteCommandResult> RunAsync(Wire.ResourceCommandRequest request, CancellationToken cancellationToken)
    {
        var command = Find(request);
        if (command is null or { Arguments.Count: 0 } && request.Arguments.Count == 0)
        {
            return await commands.ExecuteCommandAsync(request.ResourceName, request.CommandName, cancellationToken).ConfigureAwait(false);
        }

        if (command is not null && Refuse(command, request.Arguments.Keys) is { } reason)
        {
            return CommandResults.Failure(reason);
        }

        var ask = command is not null && request.Arguments.Count == 0 && !request.NonInteractive;
        var arguments = ask
            ? await prompts.AskAsync(command!, cancellationToken).ConfigureAwait(false)
            : new([.. request.Arguments.Select(a => new InteractionInput { Name = a.Key, InputType = InputType.Text, Value = ToText(a.Key, a.Value) })]);

        return arguments is null
            ? CommandResults.Canceled()
            : await commands.ExecuteCommandAsync(request.ResourceName, request.CommandName, arguments, cancellationToken).ConfigureAwait(false);
    }

    private ResourceCommandAnnotation? Find(Wire.ResourceCommandRequest request)
        => notifications.TryGetCurrentState(request.ResourceName, out var current)
            ? current.Resource.Annotations.OfType<ResourceCommandAnnotation>().FirstOrDefault(c => c.Name == request.CommandName)
            : null;

    private static string? Refuse(ResourceCommandAnnotation command, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            var argument = command.Arguments.FirstOrDefault(a => string.Equals(a.Name, name, StringComparison.OrdinalIgnoreCase));
            if (argument is null)
            {
                return $"Unknown argument '{name}' for command '{command.Name}'.";
            }

            if (argument.Disabled)
            {
                return $"Argument '{name}' for command '{command.Name}' is disabled.";
            }
        }

        return null;
    }

    private static string? ToText(string name, Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StringValue => value.StringValue,
        Value.KindOneofCase.NumberValue => value.NumberValue.ToString("R", CultureInfo.InvariantCulture),
        Value.KindOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        Value.KindOneofCase.NullValue => null,
        _ => throw new GrpcException(GrpcStatus.InvalidArgument, $"Resource command argument '{name}' must be a string, number, boolean, or null."),
    };
}
